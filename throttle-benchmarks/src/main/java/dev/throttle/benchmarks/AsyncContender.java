package dev.throttle.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.SchedulingBucket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Everything that lets a caller wait without a thread, under the name that the table prints. Guava
 * and resilience4j are not here: whoever asks them waits in his own thread.
 */
enum AsyncContender {
  THROTTLE_PERMIT("throttle acquireAsync") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      Throttle throttle = emptied(throttle(Limit.of(permits, period), permits), permits);
      return throttle::acquireAsync;
    }
  },
  THROTTLE_CALL("throttle callAsync") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      Throttle throttle = emptied(throttle(Limit.of(permits, period), permits), permits);
      return () -> throttle.callAsync(() -> ANSWER);
    }
  },
  /** Like the peer's: what follows a grant is done by the timer's one thread. */
  THROTTLE_SAME_THREAD("throttle callAsync, on the timer's thread") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      Throttle throttle =
          emptied(throttle(Limit.of(permits, period), permits), permits)
              .withExecutor(Runnable::run);
      return () -> throttle.callAsync(() -> ANSWER);
    }
  },
  /** Permits do not come back together: the end of each call lets the next one begin. */
  THROTTLE_AT_ONCE("throttle callAsync, 1 at once") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      Throttle throttle = throttle(Limit.concurrent(1), permits);
      Permit only = throttle.acquire();
      CompletableFuture.delayedExecutor(period.toNanos(), TimeUnit.NANOSECONDS)
          .execute(only::complete);
      return () -> throttle.callAsync(() -> ANSWER);
    }
  },
  BUCKET4J("bucket4j consume, on the timer's thread") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      Bucket bucket =
          Bucket.builder()
              .addLimit(limit -> limit.capacity(permits).refillIntervally(permits, period))
              .build();
      emptied(bucket.tryConsume(permits));
      return new Bucket4j(bucket.asScheduler());
    }
  },
  FAILSAFE("failsafe getStageAsync") {
    @Override
    AsyncLimiter full(int permits, Duration period) {
      dev.failsafe.RateLimiter<Object> limiter =
          dev.failsafe.RateLimiter.<Object>burstyBuilder(permits, period)
              .withMaxWaitTime(period.multipliedBy(2))
              .build();
      emptied(limiter.tryAcquirePermits(permits));
      FailsafeExecutor<Object> failsafe = Failsafe.with(limiter);
      return () -> failsafe.getStageAsync(() -> ANSWER);
    }
  };

  /** The answer of a call that is complete as soon as it is made. */
  private static final CompletableFuture<Object> ANSWER = CompletableFuture.completedFuture("");

  private final String label;

  AsyncContender(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Makes a limiter that has no permit for one period from now, and then has all of them. */
  abstract AsyncLimiter full(int permits, Duration period);

  private static Throttle throttle(Limit limit, int maxQueue) {
    Buckets buckets = Buckets.create();
    buckets.define("provider", limit, maxQueue);
    return buckets.throttle("provider");
  }

  private static Throttle emptied(Throttle throttle, int permits) {
    throttle.withCost(permits).acquire().complete();
    return throttle;
  }

  private static void emptied(boolean tookAll) {
    if (!tookAll) {
      throw new IllegalStateException("a new limiter did not grant all its permits at once");
    }
  }

  /** With the scheduler that its documentation shows. */
  private static final class Bucket4j implements AsyncLimiter {

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final SchedulingBucket bucket;

    Bucket4j(SchedulingBucket bucket) {
      this.bucket = bucket;
    }

    @Override
    public CompletableFuture<?> ask() {
      return bucket.consume(1, scheduler);
    }

    @Override
    public void close() {
      scheduler.shutdownNow();
    }
  }
}
