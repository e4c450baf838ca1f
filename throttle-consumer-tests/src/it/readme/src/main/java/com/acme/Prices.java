package com.acme;

import dev.throttle.annotation.Throttle;
import java.util.concurrent.CompletableFuture;
import lombok.RequiredArgsConstructor;

@RequiredArgsConstructor
@Throttle(value = "api.acme.com", limit = 3, period = "PT1M")
public class Prices {

  private final long cents;

  @Throttle(value = "api.acme.com/quotes", limit = 2, period = "PT15M", maxWait = "PT0S")
  public Quote quote(String share) {
    return Quote.builder().share(share).cents(cents).build();
  }

  public CompletableFuture<Quote> later(String share) {
    return CompletableFuture.completedFuture(
        Quote.builder().share(share).cents(cents).build());
  }
}
