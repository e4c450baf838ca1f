package com.acme;

import dev.throttle.annotation.Throttle;

/** Names a bucket that another class defines, which perhaps was not loaded yet. */
public interface Rates {

  @Throttle(value = "api.acme.com/quotes", maxWait = "PT0S")
  double of(String currency);

  static double euro(Rates rates) {
    return rates.of("EUR");
  }
}
