package dev.throttle.test;

import java.math.BigInteger;

/**
 * A level that rises by the cost of each call and sinks evenly, {@code permits} per period: a leaky
 * bucket. What it lacks of its capacity are the tokens of a token bucket.
 *
 * <p>A permit takes period / permits to leak, which is rarely a whole number of nanoseconds. The
 * level is therefore kept as the time that it takes to leak, exactly: nanoseconds and a fraction in
 * units of 1 / permits. Nothing is ever rounded but the answers.
 *
 * <p>This is the generic cell rate algorithm (ITU-T I.371, annex A) with an increment of period /
 * permits and, for calls of cost 1, a tolerance of {@code capacity - 1} increments.
 */
final class Meter implements Tally {

  /** No sum of two such spans overflows; above it, how much longer makes no difference. */
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

  private static final Level EMPTY = new Level(0, 0);

  private final int permits;
  private final long periodNanos;
  private final int capacity;
  private final boolean overflows;
  private final Level full;
  private Level level = EMPTY;
  private long now;

  /** Up to where, as the time that it takes to leak; the fraction is less than the permits. */
  private record Level(long nanos, int fraction) {

    boolean isAbove(Level other) {
      return nanos == other.nanos ? fraction > other.fraction : nanos > other.nanos;
    }

    /** Rounded up: what has not leaked at a whole nanosecond has leaked at the next. */
    long nanosAbove(Level other) {
      return Math.max(0, nanos - other.nanos + (fraction > other.fraction ? 1 : 0));
    }
  }

  /**
   * @param capacity the highest level that a call may leave
   * @param overflows whether a call that costs more than the capacity passes when the level is
   *     zero, or never
   */
  Meter(int permits, long periodNanos, int capacity, boolean overflows) {
    this.permits = permits;
    this.periodNanos = periodNanos;
    this.capacity = capacity;
    this.overflows = overflows;
    this.full = levelAfter(capacity);
  }

  @Override
  public void moveTo(long tick, long epochNanos) {
    long elapsed = tick - now;
    now = tick;
    if (!level.equals(EMPTY)) { // at first there is no earlier tick
      level = elapsed > level.nanos ? EMPTY : new Level(level.nanos - elapsed, level.fraction);
    }
  }

  @Override
  public int remaining() {
    return Math.max(0, capacity - levelInPermits());
  }

  @Override
  public boolean accepts(int cost) {
    return retryInNanos(cost) == 0;
  }

  @Override
  public void add(int cost) {
    if (accepts(cost)) {
      level = levelAfter(cost);
    } else if (full.isAbove(level)) {
      level = full;
    }
  }

  @Override
  public long retryInNanos(int cost) {
    if (cost <= capacity) {
      return levelAfter(cost).nanosAbove(full);
    }
    return overflows ? resetInNanos() : NEVER;
  }

  @Override
  public long resetInNanos() {
    return level.nanosAbove(EMPTY);
  }

  private Level levelAfter(int cost) {
    long permitNanos = periodNanos / permits;
    if (cost > (LONGEST_NANOS - level.nanos) / (permitNanos + 1)) {
      return new Level(LONGEST_NANOS, 0);
    }
    long fraction = level.fraction + cost * (periodNanos % permits);
    return new Level(
        level.nanos + cost * permitNanos + fraction / permits, (int) (fraction % permits));
  }

  /** Rounded up: a part of a permit is no permit. Months of millions of permits leave a long. */
  private int levelInPermits() {
    BigInteger units =
        BigInteger.valueOf(level.nanos)
            .multiply(BigInteger.valueOf(permits))
            .add(BigInteger.valueOf(level.fraction));
    BigInteger[] whole = units.divideAndRemainder(BigInteger.valueOf(periodNanos));
    return (int) Math.min(Integer.MAX_VALUE, whole[0].longValueExact() + whole[1].signum());
  }
}
