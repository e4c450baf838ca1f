package dev.throttle.demo.guides;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Limit;
import dev.throttle.annotation.Throttle;
import java.util.concurrent.CompletableFuture;

/** The annotations of docs/limits.md. */
interface LimitApis {

  @Throttle(value = "any", limit = 100, period = "PT15M")
  CompletableFuture<String> any();

  @Throttle(
      value = "tokens",
      limit = 2,
      period = "PT1S",
      algorithm = Algorithm.TOKEN_BUCKET,
      burst = 40)
  CompletableFuture<String> tokens();

  @Throttle(
      value = "hours",
      limit = 5_000,
      period = "PT1H",
      algorithm = Algorithm.FIXED_WINDOW,
      offset = "PT20M")
  CompletableFuture<String> hours();

  @Throttle(value = "days", limit = 1_000, period = "P1D", zone = "America/New_York")
  CompletableFuture<String> days();

  @Throttle(value = "rolling", limit = 1_000, period = "PT24H")
  CompletableFuture<String> rolling();

  @Throttle(value = "smooth", limit = 10, period = "PT1S", algorithm = Algorithm.LEAKY_BUCKET)
  CompletableFuture<String> smooth();

  @Throttle(
      value = "apart",
      limit = 10,
      period = "PT1S",
      algorithm = Algorithm.LEAKY_BUCKET,
      burst = 1)
  CompletableFuture<String> apart();

  @Throttle(value = "atOnce", limit = 10, period = "PT0S")
  CompletableFuture<String> atOnce();

  @Throttle(value = "streamed", limit = 100, period = "PT15M", countedWithin = "PT2S")
  CompletableFuture<String> streamed();

  interface Several {
    @Throttle(
        value = "api.foo.com/search",
        limit = 10,
        period = "PT1S",
        also = {
          @Limit(limit = 100, period = "PT1M"),
          @Limit(limit = 1_000, period = "P1D", zone = "America/New_York")
        })
    CompletableFuture<String> search(String words);
  }
}
