package dev.throttle.benchmarks;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.time.Duration;

/** Ours, by the pair of methods that generated code and client hooks use. */
final class ThrottleLimiter implements Limiter {

  private final Throttle throttle;

  ThrottleLimiter(int limit, Duration period) {
    Buckets buckets = Buckets.create();
    buckets.define("provider", Limit.of(limit, period));
    throttle = buckets.throttle("provider");
  }

  @Override
  public long begin() {
    return throttle.begin();
  }

  @Override
  public void end(long stamp) {
    throttle.end(stamp);
  }
}
