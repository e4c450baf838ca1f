package dev.throttle.remote.lease.contract;

import dev.throttle.core.TimeSource;
import java.time.Duration;

/** Time that passes when a test says so. A ledger needs no timers. */
final class ManualTime implements TimeSource {

  private long nanos = 1_000_000_000;

  @Override
  public long nanos() {
    return nanos;
  }

  /** So ledgers that begin by the wall clock have the same time as those that do not. */
  @Override
  public long epochNanos() {
    return nanos;
  }

  void advance(Duration span) {
    nanos += span.toNanos();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("a ledger has nothing to wait for.");
  }
}
