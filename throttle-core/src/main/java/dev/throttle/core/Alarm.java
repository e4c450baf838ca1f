package dev.throttle.core;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One timer, set to the earliest time that was asked for. Guarded by the waiting room's lock.
 *
 * <p>It rings without the lock, with the time it was set for, which whoever then holds the lock
 * hands to {@link #rang}: a timer that was cancelled too late must not be taken for the one that is
 * set now.
 */
final class Alarm {

  private final TimeSource time;
  private final LongConsumer ring;
  private TimeSource.@Nullable Timer timer;
  private long at;

  Alarm(TimeSource time, LongConsumer ring) {
    this.time = time;
    this.ring = ring;
  }

  /**
   * Rings so many nanoseconds from now, or before if it was set so.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the time source has no more timers
   */
  void set(long inNanos) {
    long wanted = time.nanos() + inNanos;
    if (timer == null || at - wanted > 0) {
      cancel();
      at = wanted;
      timer = time.schedule(inNanos, () -> ring.accept(wanted));
    }
  }

  void rang(long setFor) {
    if (at == setFor) {
      timer = null;
    }
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
