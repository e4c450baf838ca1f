package dev.throttle.core;

/**
 * Where all of core takes its time from: a monotonic tick in nanoseconds, and timers.
 *
 * <p>Ticks have an arbitrary origin and may wrap; they are compared by subtraction. Implementations
 * are safe for use by many threads.
 */
public interface TimeSource {

  /** Returns the current tick in nanoseconds. Never blocks, never goes back. */
  long nanos();

  /**
   * Returns the wall clock in nanoseconds since 1970-01-01T00:00Z. It may jump either way; only
   * limits whose windows begin at fixed times look at it.
   */
  default long epochNanos() {
    return SystemTime.wallClock();
  }

  /**
   * Runs a task once, some time from now, on a thread of the time source.
   *
   * @param delayNanos nanoseconds from now; zero or less means as soon as possible, never within
   *     this call
   * @param task short and never blocking; what it throws must not stop later tasks
   * @return the means to cancel
   * @throws java.util.concurrent.RejectedExecutionException if the time source was closed
   */
  Timer schedule(long delayNanos, Runnable task);

  /** Returns the time of this JVM: {@link System#nanoTime} and one daemon thread for timers. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /** A scheduled task that has perhaps not run yet. */
  interface Timer {

    /** Keeps the task from running if it has not begun; otherwise nothing happens. */
    void cancel();
  }
}
