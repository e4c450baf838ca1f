package dev.throttle.demo;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks many times a second how many threads wait for a permit, and remembers the most. */
final class BlockedThreads implements AutoCloseable {

  private static final long EVERY_MILLIS = 100;

  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private volatile int most;

  BlockedThreads() {
    watch.scheduleAtFixedRate(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  int most() {
    return most;
  }

  private void look() {
    long now = Thread.getAllStackTraces().keySet().stream().filter(BlockedThreads::waits).count();
    most = Math.max(most, (int) now);
  }

  /** Parked, and by Throttle: not for a lock, an answer or work to do. */
  private static boolean waits(Thread thread) {
    Object blocker = LockSupport.getBlocker(thread);
    return blocker != null && blocker.getClass().getPackageName().startsWith("dev.throttle.");
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
