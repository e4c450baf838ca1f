package dev.throttle.benchmarks;

import dev.throttle.annotation.Throttle;
import io.github.resilience4j.ratelimiter.annotation.RateLimiter;

/** The same method, bare and limited by annotation. */
class Work {

  static final String BUCKET = "work";

  int plain(int value) {
    return value * 31 + 7;
  }

  @Throttle(value = BUCKET, limit = PermitBenchmark.LIMIT, period = "PT0.1S")
  int woven(int value) {
    return value * 31 + 7;
  }

  @RateLimiter(name = SpringAspect.LIMITER)
  int behindSpringAspect(int value) {
    return value * 31 + 7;
  }
}
