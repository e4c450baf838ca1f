package dev.throttle.core;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link Limit} comes to in nanoseconds. Immutable. */
final class Terms {

  final Limit limit;

  /** All slots: the most that are free at once; of a lease those that it gives. */
  final int capacity;

  /** Whether others may have slots of the limit, so that only a lease says how many are here. */
  final boolean leased;

  /** Whether the lease ends by itself, at {@link #leaseEnd}. */
  private final boolean leaseEnds;

  private final long leaseEnd;

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
  final long periodNanos;
  private final @Nullable Windows windows;

  /** The window that was asked for last; a race at worst asks again. */
  private @Nullable Window lastWindow;

  Terms(Limit limit, TimeSource time) {
    this(limit, time, limit.capacity(), false, false, 0);
  }

  private Terms(
      Limit limit,
      TimeSource time,
      int capacity,
      boolean leased,
      boolean leaseEnds,
      long leaseEnd) {
    this.time = time;
    this.limit = limit;
    this.capacity = capacity;
    this.leased = leased;
    this.leaseEnds = leaseEnds;
    this.leaseEnd = leaseEnd;
    reserved = limit.reservedOf(capacity);
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

  /** Returns these terms for no more than so many slots of the limit. */
  Terms leasing(int slots) {
    return new Terms(limit, time, Math.min(slots, limit.capacity()), true, false, 0);
  }

  /** Returns these terms for no more than so many slots, and for none from a tick on. */
  Terms leasing(int slots, long end) {
    return new Terms(limit, time, Math.min(slots, limit.capacity()), true, true, end);
  }

  /** Returns these terms for what is leased by others, until that ends. */
  Terms leasedLike(Terms other) {
    return new Terms(
        limit,
        time,
        Math.min(other.capacity, limit.capacity()),
        true,
        other.leaseEnds,
        other.leaseEnd);
  }

  /** Returns whether a lease has ended by then. */
  boolean leaseIsOver(long now) {
    return leaseEnds && now - leaseEnd >= 0;
  }

  /** Returns whether a slot is free the moment its call is complete. */
  boolean isConcurrency() {
    return restNanos == 0;
  }

  /** Returns whether a clock decides that may be set. */
  boolean goesByWallClock() {
    return windows != null;
  }

  long now() {
    return time.nanos();
  }

  // ---- rest, where slots do not drip

  // All times are kept in ticks, and seen by the wall clock only as it is when it is asked: if it
  // has been set, all that was completed before has been so at other times. The wall clock is
  // always read after the tick it belongs to: what lies between only makes a completion later.

  /** Returns how long a slot that completed then still rests; zero or less if it is free. */
  long restsFor(long completed, long now) {
    if (windows == null) {
      return restNanos - (now - completed);
    }
    // The provider's window may end up to a guard before or after ours.
    long wall = time.epochNanos();
    return window(wall - (now - completed) + guardNanos).end + guardNanos - wall;
  }

  /** Returns the rest of a slot that is used again and again, after that of {@link #restsFor}. */
  long restsFor(long completed, long now, long rounds) {
    if (windows == null) {
      return Nanos.add(Math.max(0, restsFor(completed, now)), Nanos.multiply(rounds, restNanos));
    }
    long wall = time.epochNanos();
    long end = windows.endAfter(wall - (now - completed) + guardNanos, rounds);
    return end == Nanos.FOR_EVER ? end : Math.max(0, end + guardNanos - wall);
  }

  /**
   * Returns the time within which completions may share a run with the first: they come back
   * together, so in a fixed window they end before the same boundary.
   */
  long spanFrom(long first) {
    if (windows == null) {
      return span();
    }
    long at = guardAfter(first);
    return Math.min(span(), window(at).end - at - 1);
  }

  /** Returns the time within which completions before the last may share a run with it. */
  long spanUntil(long last) {
    if (windows == null) {
      return span();
    }
    long at = guardAfter(last);
    return Math.min(span(), at - window(at).begin);
  }

  /** Returns what the wall clock shows one guard after a tick. */
  private long guardAfter(long tick) {
    long now = time.nanos();
    return time.epochNanos() - (now - tick) + guardNanos;
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
