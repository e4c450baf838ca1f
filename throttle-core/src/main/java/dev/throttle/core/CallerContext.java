package dev.throttle.core;

import org.jspecify.annotations.Nullable;

/**
 * Knows what belongs to a caller's thread, such as a trace or a logging context, so that a call
 * which had to wait is made with it although it is made on another thread.
 *
 * <p>Found by {@link java.util.ServiceLoader}. Asked only before an asynchronous call waits.
 */
public interface CallerContext {

  /**
   * Returns what the calling thread has now, or null if that is nothing. Quick, and throws nothing.
   */
  @Nullable Captured capture();

  /** What a thread had. */
  @FunctionalInterface
  interface Captured {

    /** Runs a task in this thread, which has the same meanwhile, and afterwards what it had. */
    void run(Runnable task);
  }
}
