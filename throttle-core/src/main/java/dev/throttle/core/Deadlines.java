package dev.throttle.core;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Until when those who wait do so at the longest. Guarded by the waiting room's lock. */
final class Deadlines {

  private final TreeSet<Waiter> waiters =
      new TreeSet<>(
          Comparator.comparingLong((Waiter w) -> w.deadline).thenComparingLong(w -> w.ticket));

  private final TimeSource time;
  private final Alarm alarm;

  /** Deadlines are counted from here, so that they can be ordered in a tree. */
  private final long origin;

  /**
   * @param ring called without the lock when the first deadline has passed, with what is to be
   *     handed to {@link #rang}
   */
  Deadlines(TimeSource time, LongConsumer ring) {
    this.time = time;
    this.alarm = new Alarm(time, ring);
    this.origin = time.nanos();
  }

  /** Gives a call its deadline; one that waits again keeps the one it had. */
  void add(Waiter waiter, long maxWaitNanos) {
    if (!waiter.hasDeadline) {
      waiter.deadline = Nanos.add(time.nanos() - origin, maxWaitNanos);
      waiter.hasDeadline = true;
    }
    waiters.add(waiter);
  }

  void remove(Waiter waiter) {
    if (waiter.hasDeadline) {
      waiters.remove(waiter);
    }
  }

  /** Returns whose deadline comes first, or null if nobody has one. */
  @Nullable Waiter first() {
    return waiters.isEmpty() ? null : waiters.first();
  }

  /** Returns whose deadline has passed first, or null if none has. */
  @Nullable Waiter passed() {
    Waiter first = first();
    return first == null || first.deadline > time.nanos() - origin ? null : first;
  }

  /**
   * Sets the alarm for the first deadline.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the time source has no more timers
   */
  void setAlarm() {
    Waiter first = first();
    if (first != null) {
      alarm.set(first.deadline - (time.nanos() - origin));
    }
  }

  void rang(long setFor) {
    alarm.rang(setFor);
  }
}
