package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What a store was asked and has not answered yet: it fails when it takes too long, and is waited
 * for when the store is closed. Safe for use by many threads.
 */
public final class UnderWay {

  private final Set<CompletableFuture<?>> asked = ConcurrentHashMap.newKeySet();
  private final long timeoutNanos;

  /**
   * Nothing is under way yet.
   *
   * @param timeout how long an answer may take, more than zero
   */
  public UnderWay(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * Returns a future for the store to complete. It fails with {@link
   * java.util.concurrent.TimeoutException} if that does not happen in time.
   */
  public <T> CompletableFuture<T> begin() {
    CompletableFuture<T> result = new CompletableFuture<>();
    asked.add(result);
    result
        .orTimeout(timeoutNanos, TimeUnit.NANOSECONDS)
        .whenComplete((answer, failure) -> answered(result));
    return result;
  }

  @SuppressWarnings("CollectionUndefinedEquality") // the very same one is meant
  private void answered(CompletableFuture<?> result) {
    asked.remove(result);
  }

  /** Blocks until all is answered or has failed, no longer than the time-out. */
  public void await() {
    CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, timeoutNanos, TimeUnit.NANOSECONDS)
        .exceptionally(failure -> null)
        .join();
  }
}
