package dev.throttle.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Doing things at their time. */
final class Pace {

  private Pace() {}

  /** Blocks until {@link System#nanoTime} is there. */
  static void until(long nanos) throws InterruptedException {
    for (long left; (left = nanos - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for its time to come");
      }
    }
  }
}
