package dev.throttle.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The open end of {@link Runs}: completions close to each other in time join it with one
 * compare-and-set, until it is sealed. Each run is a new object, so a late joiner can never mistake
 * one run for another.
 */
final class Run {

  private static final long SEALED = -1;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Run.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long base;

  /**
   * The cohort in the lower bits. Above, the binary logarithm of the time that the run is open for:
   * an idle bucket of a key keeps its last run, so that is packed.
   */
  private final int cohortAndSpan;

  /** Number of slots in the low half, latest completion after {@link #base} in the high half. */
  private volatile long state;

  /**
   * @param span nanoseconds that it may be open for at most
   */
  Run(long base, int cohort, int count, long span) {
    this.base = base;
    int log = span <= 1 ? 0 : Long.SIZE - 1 - Long.numberOfLeadingZeros(span);
    this.cohortAndSpan = cohort | (log << Slots.COHORT_BITS);
    this.state = count;
  }

  /** Adds slots of a cohort that completed at {@code now}; returns false if they do not belong. */
  boolean join(int ofCohort, long now, int count) {
    long after = Math.max(0, now - base);
    if (ofCohort != (cohortAndSpan & Slots.COHORT_MASK) || after >>> logOfSpan() != 0) {
      return false;
    }
    int shift = shift();
    long roundedUp = (after + (1L << shift) - 1) >>> shift;
    long s = state;
    while (s != SEALED) {
      long later = Math.max(s >>> 32, roundedUp);
      if (STATE.compareAndSet(this, s, (later << 32) | (((int) s + count) & 0xFFFF_FFFFL))) {
        return true;
      }
      Collision.stepAside();
      s = state;
    }
    return false;
  }

  boolean isOver(long now) {
    return now - base >= 1L << logOfSpan();
  }

  /** Closes the run and adds it to the others; only the holder of the slots' lock calls this. */
  int sealInto(Runs runs, Terms terms) {
    long s = (long) STATE.getAndSet(this, SEALED);
    runs.add(base, timeOf(s), (int) s, terms);
    return (int) s;
  }

  /** Returns the completion time of the run so far; it can still become later. */
  long time() {
    return timeOf(state);
  }

  int count() {
    return (int) state;
  }

  private long timeOf(long s) {
    return base + ((s >>> 32) << shift());
  }

  private int logOfSpan() {
    return cohortAndSpan >>> Slots.COHORT_BITS;
  }

  /** The low bits of a delay that {@link #state} has no room for; they are rounded up. */
  private int shift() {
    return Math.max(0, logOfSpan() - 31);
  }
}
