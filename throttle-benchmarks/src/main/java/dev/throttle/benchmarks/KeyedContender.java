package dev.throttle.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Everything that is weighed, under the name that the table prints. Whoever has no map from names
 * to limiters gets a {@link ConcurrentHashMap}; all share what they can between keys.
 */
enum KeyedContender {
  /** What the map needs for itself: to be taken from the others. */
  MAP("map alone") {
    @Override
    Keyed keyed(int permits, Duration period) {
      return perKey(() -> MAP, nothing -> {});
    }
  },
  THROTTLE("throttle") {
    @Override
    Keyed keyed(int permits, Duration period) {
      Buckets buckets = Buckets.create();
      buckets.defineKeyed(PROVIDER, Limit.of(permits, period));
      KeyedThrottle throttle = buckets.keyedThrottle(PROVIDER);
      return key -> once(throttle.of(key));
    }
  },
  /** Without what keys are made for: none is ever forgotten. */
  THROTTLE_NAMED("throttle, a name each") {
    @Override
    Keyed keyed(int permits, Duration period) {
      Buckets buckets = Buckets.create();
      Limit limit = Limit.of(permits, period);
      return key -> {
        if (!buckets.isDefined(key)) {
          buckets.define(key, limit);
        }
        once(buckets.throttle(key));
      };
    }
  },
  BUCKET4J_GREEDY("bucket4j greedy") {
    @Override
    Keyed keyed(int permits, Duration period) {
      return bucket4j(Bandwidth.builder().capacity(permits).refillGreedy(permits, period).build());
    }
  },
  BUCKET4J_INTERVALLY("bucket4j intervally") {
    @Override
    Keyed keyed(int permits, Duration period) {
      return bucket4j(
          Bandwidth.builder().capacity(permits).refillIntervally(permits, period).build());
    }
  },
  RESILIENCE4J("resilience4j") {
    @Override
    Keyed keyed(int permits, Duration period) {
      RateLimiterRegistry registry =
          RateLimiterRegistry.of(
              RateLimiterConfig.custom()
                  .limitForPeriod(permits)
                  .limitRefreshPeriod(period)
                  .timeoutDuration(period)
                  .build());
      return key -> granted(registry.rateLimiter(key).acquirePermission());
    }
  },
  FAILSAFE_SMOOTH("failsafe smooth") {
    @Override
    Keyed keyed(int permits, Duration period) {
      var builder = dev.failsafe.RateLimiter.smoothBuilder(permits, period);
      return perKey(builder::build, limiter -> limiter.acquirePermit());
    }
  },
  FAILSAFE_BURSTY("failsafe bursty") {
    @Override
    Keyed keyed(int permits, Duration period) {
      var builder = dev.failsafe.RateLimiter.burstyBuilder(permits, period);
      return perKey(builder::build, limiter -> limiter.acquirePermit());
    }
  },
  GUAVA("guava") {
    @Override
    Keyed keyed(int permits, Duration period) {
      double perSecond = permits * 1e9 / period.toNanos();
      return perKey(() -> RateLimiter.create(perSecond), limiter -> limiter.acquire());
    }
  };

  private static final String PROVIDER = "provider";

  private final String label;

  KeyedContender(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Makes limits of so many permits per period. */
  abstract Keyed keyed(int permits, Duration period);

  private interface Use<L> {
    void once(L limiter) throws InterruptedException;
  }

  private static <L> Keyed perKey(Supplier<L> limiter, Use<L> use) {
    ConcurrentHashMap<String, L> byKey = new ConcurrentHashMap<>();
    return key -> use.once(byKey.computeIfAbsent(key, absent -> limiter.get()));
  }

  private static Keyed bucket4j(Bandwidth bandwidth) {
    return perKey(
        () -> Bucket.builder().addLimit(bandwidth).build(),
        bucket -> bucket.asBlocking().consume(1));
  }

  private static void once(Throttle throttle) {
    throttle.end(throttle.begin());
  }

  private static void granted(boolean permission) throws InterruptedException {
    if (!permission) {
      throw new InterruptedException("resilience4j gave no permission");
    }
  }
}
