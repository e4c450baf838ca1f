package dev.throttle.benchmarks;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.remote.lease.SharedBuckets;
import dev.throttle.remote.redis.RedisLeaseStore;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Limiters whose limit many JVMs share by Redis. */
enum SharedContender {
  THROTTLE("throttle, leased") {
    @Override
    Shared open(String redis, int limit, Duration period) {
      RedisLeaseStore store =
          RedisLeaseStore.at(redis).namespace("throttle" + limit).freshIfMissing().build();
      SharedBuckets shared = SharedBuckets.of(store).start();
      Buckets buckets = Buckets.create();
      shared.share(buckets.define("provider", Limit.of(limit, period)));
      Throttle throttle = buckets.throttle("provider");
      return new Shared(
          () -> {
            Permit permit = throttle.tryAcquire();
            if (permit != null) {
              permit.close();
            }
            return permit != null;
          },
          () -> {
            shared.close();
            store.close();
            buckets.close();
          });
    }
  },
  BUCKET4J("bucket4j-redis (Lettuce)") {
    @Override
    Shared open(String redis, int limit, Duration period) {
      RedisClient client = RedisClient.create(redis);
      Bucket bucket =
          Bucket4jLettuce.casBasedBuilder(client)
              .build()
              .builder()
              .build(
                  ("bucket4j" + limit).getBytes(StandardCharsets.UTF_8),
                  () ->
                      BucketConfiguration.builder()
                          .addLimit(of -> of.capacity(limit).refillGreedy(limit, period))
                          .build());
      return new Shared(() -> bucket.tryConsume(1), client::shutdown);
    }
  },
  REDISSON("Redisson RRateLimiter") {
    @Override
    Shared open(String redis, int limit, Duration period) {
      Config config = new Config();
      config.useSingleServer().setAddress(redis);
      RedissonClient client = Redisson.create(config);
      RRateLimiter limiter = client.getRateLimiter("redisson" + limit);
      limiter.trySetRate(RateType.OVERALL, limit, period);
      return new Shared(limiter::tryAcquire, client::shutdown);
    }
  };

  private final String label;

  SharedContender(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Opens one for a limit that nobody has used yet. */
  abstract Shared open(String redis, int limit, Duration period);

  /** Something that gives permits or not, at once. */
  @FunctionalInterface
  interface Asked {
    boolean tryAcquire();
  }

  /** An open limiter. */
  record Shared(Asked limiter, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
