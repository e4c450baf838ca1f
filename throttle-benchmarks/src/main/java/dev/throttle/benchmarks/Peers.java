package dev.throttle.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BlockingBucket;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Other people's limiters, each set up for N per P as its own documentation says and otherwise left
 * at its defaults.
 */
final class Peers {

  /** Nobody waits this long; the peers refuse instead of waiting unless they are told a bound. */
  private static final Duration FOR_EVER = Duration.ofHours(1);

  private Peers() {}

  static Limiter none(int limit, Duration period) {
    return () -> 0;
  }

  /**
   * What no limiter that knows the time can do without: the clock read once, one shared word
   * changed once. A lost race is not tried again, so on two threads it is less than any limiter
   * needs.
   */
  static Limiter floor(int limit, Duration period) {
    AtomicLong word = new AtomicLong();
    return () -> {
      long now = System.nanoTime();
      word.compareAndSet(word.get(), now);
      return now;
    };
  }

  static Limiter bucket4jGreedy(int limit, Duration period) {
    return bucket4j(Bandwidth.builder().capacity(limit).refillGreedy(limit, period).build());
  }

  static Limiter bucket4jIntervally(int limit, Duration period) {
    return bucket4j(Bandwidth.builder().capacity(limit).refillIntervally(limit, period).build());
  }

  static Limiter bucket4j(Bandwidth... bandwidths) {
    LocalBucketBuilder builder = Bucket.builder();
    for (Bandwidth bandwidth : bandwidths) {
      builder.addLimit(bandwidth);
    }
    BlockingBucket bucket = builder.build().asBlocking();
    return () -> {
      bucket.consume(1);
      return 0;
    };
  }

  static Limiter resilience4j(int limit, Duration period) {
    var limiter =
        io.github.resilience4j.ratelimiter.RateLimiter.of(
            "peer",
            RateLimiterConfig.custom()
                .limitForPeriod(limit)
                .limitRefreshPeriod(period)
                .timeoutDuration(FOR_EVER)
                .build());
    return () -> {
      if (!limiter.acquirePermission()) {
        throw new InterruptedException("resilience4j gave no permission");
      }
      return 0;
    };
  }

  static Limiter failsafeSmooth(int limit, Duration period) {
    return failsafe(dev.failsafe.RateLimiter.smoothBuilder(limit, period).build());
  }

  static Limiter failsafeBursty(int limit, Duration period) {
    return failsafe(dev.failsafe.RateLimiter.burstyBuilder(limit, period).build());
  }

  private static Limiter failsafe(dev.failsafe.RateLimiter<Object> limiter) {
    return () -> {
      limiter.acquirePermit();
      return 0;
    };
  }

  static Limiter guava(int limit, Duration period) {
    RateLimiter limiter = RateLimiter.create(limit * 1e9 / period.toNanos());
    return () -> {
      limiter.acquire();
      return 0;
    };
  }
}
