package dev.throttle.benchmarks;

import java.util.concurrent.CompletableFuture;

/** A rate limiter in its asynchronous form, without a permit left, whoever wrote it. */
@FunctionalInterface
interface AsyncLimiter extends AutoCloseable {

  /** Asks for a permit and never blocks; the future is complete when it was granted. */
  CompletableFuture<?> ask();

  /** Ends the threads of its own, if it has any. */
  @Override
  default void close() {}
}
