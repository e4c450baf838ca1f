package dev.throttle.benchmarks;

import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** What others have against too many calls at once, left at its defaults but for the patience. */
final class Bulkheads {

  private static final Duration FOR_EVER = Duration.ofHours(1);

  private Bulkheads() {}

  static Limiter semaphore(int calls, boolean fair) {
    Semaphore semaphore = new Semaphore(calls, fair);
    return new Limiter() {
      @Override
      public long begin() throws InterruptedException {
        semaphore.acquire();
        return 0;
      }

      @Override
      public void end(long stamp) {
        semaphore.release();
      }
    };
  }

  static Limiter resilience4j(int calls) {
    var bulkhead =
        io.github.resilience4j.bulkhead.Bulkhead.of(
            "peer",
            BulkheadConfig.custom().maxConcurrentCalls(calls).maxWaitDuration(FOR_EVER).build());
    return new Limiter() {
      @Override
      public long begin() {
        bulkhead.acquirePermission();
        return 0;
      }

      @Override
      public void end(long stamp) {
        bulkhead.onComplete();
      }
    };
  }

  static Limiter failsafe(int calls) {
    var bulkhead = dev.failsafe.Bulkhead.of(calls);
    return new Limiter() {
      @Override
      public long begin() throws InterruptedException {
        bulkhead.acquirePermit();
        return 0;
      }

      @Override
      public void end(long stamp) {
        bulkhead.releasePermit();
      }
    };
  }
}
