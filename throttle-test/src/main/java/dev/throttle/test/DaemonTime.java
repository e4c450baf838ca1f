package dev.throttle.test;

import dev.throttle.core.TimeSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time of this JVM with one daemon thread of its own, so that what is under test and what tests
 * it do not wait for one another.
 */
final class DaemonTime implements TimeSource, AutoCloseable {

  private final ScheduledThreadPoolExecutor timers;

  DaemonTime(String threadName) {
    timers =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, threadName);
              thread.setDaemon(true);
              return thread;
            },
            (work, executor) -> {
              throw new RejectedExecutionException(threadName + " is closed: it runs no timer");
            });
    timers.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    ScheduledFuture<?> scheduled =
        timers.schedule(() -> runLoudly(task), delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Drops the pending timers; a timer that runs is interrupted. */
  @Override
  public void close() {
    timers.shutdownNow();
  }

  /**
   * An executor would keep an exception to itself, and the test would only see time stand still.
   */
  private static void runLoudly(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }
}
