package com.acme;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import java.util.concurrent.CompletableFuture;

public class Prices {

  @Throttle(value = "api.acme.com/quotes", limit = 2, period = "PT15M", maxWait = "PT0S")
  public long quote(String share) {
    return share.length();
  }

  @Throttle(value = "api.acme.com/later", limit = 3, period = "PT1M")
  public CompletableFuture<Long> later(String share) {
    return CompletableFuture.completedFuture(quoteLater(share));
  }

  private static long quoteLater(String share) {
    return share.length();
  }

  /** Prints how many of five quotes were refused. */
  public static void main(String[] args) {
    Throttling.requireWoven();
    int refused = 0;
    for (int i = 0; i < 5; i++) {
      try {
        new Prices().quote("ACME");
      } catch (ThrottledException e) {
        refused++;
      }
    }
    System.out.println("refused: " + refused);
  }
}
