package dev.throttle.benchmarks;

import io.github.resilience4j.ratelimiter.annotation.RateLimiter;

/** The same method, bare and limited by annotation. */
class Work {

  int plain(int value) {
    return value * 31 + 7;
  }

  @RateLimiter(name = SpringAspect.LIMITER)
  int behindSpringAspect(int value) {
    return value * 31 + 7;
  }
}
