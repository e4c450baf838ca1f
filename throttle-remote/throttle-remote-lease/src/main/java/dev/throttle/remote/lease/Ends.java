package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread of this JVM that has leases end, and runs nothing else. The timers of {@link
 * TimeSource#system} run listeners too, and what they call; one of them that blocks must not keep a
 * lease alive. It is a daemon, and ends when there is no lease for some seconds.
 */
final class Ends {

  private static final ScheduledThreadPoolExecutor THREAD =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "throttle-lease-end");
            thread.setDaemon(true);
            return thread;
          });

  static {
    THREAD.setRemoveOnCancelPolicy(true);
    THREAD.setKeepAliveTime(10, TimeUnit.SECONDS);
    THREAD.allowCoreThreadTimeOut(true);
  }

  private Ends() {}

  static TimeSource.Timer set(long delayNanos, Runnable task) {
    ScheduledFuture<?> scheduled = THREAD.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }
}
