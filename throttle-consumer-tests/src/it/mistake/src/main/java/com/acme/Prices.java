package com.acme;

import dev.throttle.annotation.Throttle;

public class Prices {

  @Throttle(value = "api.acme.com/quotes", limit = 0, period = "PT1M")
  public long quote(String share) {
    return share.length();
  }
}
