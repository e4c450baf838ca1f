package com.acme.library;

import dev.throttle.annotation.Throttle;
import java.util.concurrent.CompletableFuture;

/** Of somebody who annotated, and left the weaving to others. */
public class Quotes {

  @Throttle(value = "api.acme.com/quotes", limit = 2, period = "PT15M", maxWait = "PT0S")
  public long quote(String share) {
    return share.length();
  }

  @Throttle(value = "api.acme.com/later", limit = 1, period = "PT1M")
  public CompletableFuture<Long> later(String share) {
    return CompletableFuture.completedFuture((long) share.length());
  }
}
