package dev.throttle.core;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link Limit} comes to in nanoseconds of the clock that it goes by. Immutable. */
final class Terms {

  final Limit limit;

  /** All slots: the most that are free at once. */
  final int capacity;

  /** Free slots that only calls of high priority may take. */
  final int reserved;

  /** Whether the hold is exact (countedWithin) rather than a safety net (maxHold). */
  final boolean timed;

  /** Whether grants are kept apart in time. */
  final boolean paced;

  /** Whether each grant has to look at the clock. */
  final boolean looksAtClock;

  /** Whether slots come back one after another, {@link #permits} per {@link #periodNanos}. */
  final boolean drips;

  /** How long after the grant a slot begins its rest although nobody said "complete". */
  final long holdNanos;

  /** How long a slot rests after completion; zero for concurrency. Of use to sliding windows. */
  final long restNanos;

  final long guardNanos;
  private final TimeSource time;
  private final int permits;
  private final long periodNanos;
  private final @Nullable Windows windows;

  /** The window that was asked for last; a race at worst asks again. */
  private @Nullable Window lastWindow;

  Terms(Limit limit, TimeSource time) {
    this.time = time;
    this.limit = limit;
    capacity = limit.capacity();
    reserved = limit.reserved();
    timed = limit.countedWithin() != null;
    paced = limit.algorithm() == Algorithm.LEAKY_BUCKET;
    looksAtClock = timed || paced;
    drips = paced || limit.algorithm() == Algorithm.TOKEN_BUCKET;
    Duration hold = limit.countedWithin() == null ? limit.maxHold() : limit.countedWithin();
    holdNanos = hold.toNanos();
    guardNanos = limit.guard().toNanos();
    permits = limit.permits();
    periodNanos = limit.period().toNanos();
    windows = limit.windows();
    restNanos = periodNanos == 0 ? 0 : periodNanos + guardNanos;
  }

  /** Returns whether a slot is free the moment its call is complete. */
  boolean isConcurrency() {
    return restNanos == 0;
  }

  /** Returns whether the clock may be set. */
  boolean mayJump() {
    return windows != null;
  }

  /** Returns the time by the clock of this limit: the wall clock for windows, ticks otherwise. */
  long now() {
    return windows == null ? time.nanos() : time.epochNanos();
  }

  /** Returns whether both go by the same clock. */
  boolean hasClockOf(Terms other) {
    return (windows == null) == (other.windows == null);
  }

  // ---- rest, where slots do not drip

  /** Returns how long a slot that completed then still rests; zero or less if it is free. */
  long restsFor(long completed, long now) {
    if (windows == null) {
      return restNanos - (now - completed);
    }
    // The provider's window may end up to a guard before or after ours.
    return window(completed + guardNanos).end + guardNanos - now;
  }

  /** Returns the rest of a slot that is used again and again, after that of {@link #restsFor}. */
  long restsFor(long completed, long now, long rounds) {
    if (windows == null) {
      return Nanos.add(Math.max(0, restsFor(completed, now)), Nanos.multiply(rounds, restNanos));
    }
    long end = windows.endAfter(completed + guardNanos, rounds);
    return end == Nanos.FOR_EVER ? end : Math.max(0, end + guardNanos - now);
  }

  /**
   * Returns the time within which completions may share a run with the first: they come back
   * together, so in a fixed window they end before the same boundary.
   */
  long spanFrom(long first) {
    long span = span();
    return windows == null
        ? span
        : Math.min(span, window(first + guardNanos).end - (first + guardNanos) - 1);
  }

  /** Returns the time within which completions before the last may share a run with it. */
  long spanUntil(long last) {
    long span = span();
    return windows == null
        ? span
        : Math.min(span, last + guardNanos - window(last + guardNanos).begin);
  }

  private long span() {
    return restNanos >>> 10;
  }

  /**
   * How long a cohort takes in members: the error of the time at which its slots are taken back.
   */
  long cohortSpan() {
    return timed ? holdNanos >>> 7 : holdNanos >>> 3;
  }

  private Window window(long at) {
    Window last = lastWindow;
    if (last == null || at < last.begin || at >= last.end) {
      Windows all = Objects.requireNonNull(windows);
      last = new Window(all.beginOf(at), all.endOf(at));
      lastWindow = last;
    }
    return last;
  }

  private record Window(long begin, long end) {}

  // ---- dripping

  /** Returns when so many slots have dripped, counted from the start; saturates. */
  long dripsWithin(long count) {
    long whole = count / permits;
    long rest = count % permits;
    // Exact without overflow: period = q * permits + r, and rest * r is less than permits squared.
    long part =
        rest * (periodNanos / permits) + Nanos.ceilDiv(rest * (periodNanos % permits), permits);
    return Nanos.add(Nanos.multiply(whole, periodNanos), part);
  }

  /** Returns how many slots have dripped after such a time, at most so many. */
  int drippedAfter(long elapsed, int most) {
    if (elapsed < 0) {
      return 0;
    }
    if (dripsWithin(most) <= elapsed) {
      return most;
    }
    int low = 0;
    int high = most;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (dripsWithin(middle) <= elapsed) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
