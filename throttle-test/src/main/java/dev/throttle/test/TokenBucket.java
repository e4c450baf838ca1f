package dev.throttle.test;

import java.math.BigInteger;

/**
 * Remembers when the bucket will be full again, and so how many tokens are in it.
 *
 * <p>A token takes period / permits to grow, which is rarely a whole number of nanoseconds. The
 * time of being full is therefore kept as {@code fullAt + fraction / permits}, exactly; each call
 * moves it later by one token's growth, and a token is there when that leaves it at most a period
 * ahead. Nothing is ever rounded but the answers, and no product can overflow.
 *
 * <p>The algorithm is the virtual scheduling form of the generic cell rate algorithm (ITU-T I.371,
 * annex A) with an increment of period / permits and a tolerance of the rest of the period.
 */
final class TokenBucket implements Tally {

  private final int permits;
  private final long periodNanos;
  private final long growthNanos;
  private final int growthFraction;
  private long fullAt;
  private int fraction; // of a nanosecond, in units of 1 / permits
  private boolean started;
  private long now;

  TokenBucket(int permits, long periodNanos) {
    this.permits = permits;
    this.periodNanos = periodNanos;
    this.growthNanos = periodNanos / permits;
    this.growthFraction = (int) (periodNanos % permits);
  }

  @Override
  public void moveTo(long tick) {
    now = tick;
    if (!started || fullAt - now < 0) {
      started = true;
      fullAt = now;
      fraction = 0;
    }
  }

  @Override
  public int remaining() {
    long missingNanos = fullAt - now;
    long high = Math.multiplyHigh(missingNanos, permits);
    long low = missingNanos * permits;
    if (high != 0 || low < 0 || low > Long.MAX_VALUE - fraction) {
      return permits - missingOf(missingNanos);
    }
    long units = low + fraction;
    return permits - (int) (units / periodNanos + (units % periodNanos > 0 ? 1 : 0));
  }

  /** The same with products beyond a long: months of period and millions of permits. */
  private int missingOf(long missingNanos) {
    BigInteger units =
        BigInteger.valueOf(missingNanos)
            .multiply(BigInteger.valueOf(permits))
            .add(BigInteger.valueOf(fraction));
    BigInteger[] tokens = units.divideAndRemainder(BigInteger.valueOf(periodNanos));
    return tokens[0].intValueExact() + tokens[1].signum();
  }

  @Override
  public void add() {
    long grown = (long) fraction + growthFraction;
    fullAt += growthNanos + grown / permits;
    fraction = (int) (grown % permits);
    if (untilFull(fullAt, fraction) > periodNanos) {
      fullAt = now + periodNanos; // a counted refusal cannot take more than there is
      fraction = 0;
    }
  }

  @Override
  public long retryInNanos() {
    long grown = (long) fraction + growthFraction;
    long untilFull = untilFull(fullAt + growthNanos + grown / permits, (int) (grown % permits));
    return Math.max(0, untilFull - periodNanos);
  }

  @Override
  public long resetInNanos() {
    return untilFull(fullAt, fraction);
  }

  /** Rounded up: what is not there at a whole nanosecond is there at the next. */
  private long untilFull(long nanos, int fractionOfNano) {
    return nanos - now + (fractionOfNano > 0 ? 1 : 0);
  }
}
