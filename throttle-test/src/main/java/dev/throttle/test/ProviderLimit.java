package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How a provider enforces one limit: so many calls per period, counted in one of the ways that
 * providers count.
 *
 * <p>Immutable; what changes is in the counters that it makes, each of which starts with all
 * permits free. Periods are from one nanosecond to 100 years, permits from 1.
 */
public final class ProviderLimit {

  /** Keeps the sum of any two spans of a limit far from overflow. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private enum Kind {
    SLIDING_WINDOW,
    FIXED_WINDOW,
    TOKEN_BUCKET
  }

  private final Kind kind;
  private final int permits;
  private final Duration period;
  private final Duration phase;
  private final boolean countsRefused;

  private ProviderLimit(
      Kind kind, int permits, Duration period, Duration phase, boolean countsRefused) {
    this.kind = kind;
    this.permits = permits;
    this.period = period;
    this.phase = phase;
    this.countsRefused = countsRefused;
  }

  /**
   * Returns a true sliding window: no interval (t - period, t] ever holds more accepted calls than
   * permits. A counter remembers the tick of each of them, so its memory grows up to eight bytes a
   * permit.
   */
  public static ProviderLimit slidingWindow(int permits, Duration period) {
    return checked(Kind.SLIDING_WINDOW, permits, period, Duration.ZERO);
  }

  /**
   * Returns windows that follow one another, each with all its permits from its first nanosecond:
   * around a boundary twice the permits may pass within one period.
   *
   * @param phase where in the period a window begins: windows begin at the ticks that are {@code
   *     phase} modulo {@code period}; at least zero, less than the period
   */
  public static ProviderLimit fixedWindow(int permits, Duration period, Duration phase) {
    return checked(Kind.FIXED_WINDOW, permits, period, phase);
  }

  /**
   * Returns a bucket that holds at most {@code permits} tokens, is full at first, and gains {@code
   * permits} per period, evenly. A call takes a token. Exact: no token is rounded away, ever.
   */
  public static ProviderLimit tokenBucket(int permits, Duration period) {
    return checked(Kind.TOKEN_BUCKET, permits, period, Duration.ZERO);
  }

  private static ProviderLimit checked(Kind kind, int permits, Duration period, Duration phase) {
    requireNonNull(period, "period");
    requireNonNull(phase, "phase");
    if (permits < 1) {
      throw badLimit("permits must be at least 1, but was %d.", permits);
    }
    if (period.isZero() || period.isNegative() || period.compareTo(LONGEST) > 0) {
      throw badLimit("period must be above PT0S and at most %s, but was %s.", LONGEST, period);
    }
    if (phase.isNegative() || phase.compareTo(period) >= 0) {
      throw badLimit(
          "phase must be at least PT0S and less than the period %s, but was %s.", period, phase);
    }
    return new ProviderLimit(kind, permits, period, phase, false);
  }

  private static IllegalArgumentException badLimit(String rule, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
  }

  /**
   * Returns the same limit for a provider that counts refused calls too, whichever of its limits
   * refused them: a client that keeps trying keeps being refused. A refused call takes a token only
   * if there is one.
   */
  public ProviderLimit countingRefused() {
    return new ProviderLimit(kind, permits, period, phase, true);
  }

  /** Returns how many calls pass per period. */
  public int permits() {
    return permits;
  }

  /** Returns the period. */
  public Duration period() {
    return period;
  }

  /** Returns whether refused calls count too; false unless {@link #countingRefused} was asked. */
  public boolean countsRefused() {
    return countsRefused;
  }

  /** Returns a counter of its own for this limit, all permits free. */
  public ProviderCounter newCounter() {
    return new ProviderCounter(List.of(new Gate(this)));
  }

  Tally newTally() {
    long periodNanos = Nanos.of(period);
    return switch (kind) {
      case SLIDING_WINDOW -> new SlidingLog(permits, periodNanos);
      case FIXED_WINDOW -> new FixedWindow(permits, periodNanos, Nanos.of(phase));
      case TOKEN_BUCKET -> new TokenBucket(permits, periodNanos);
    };
  }

  /** Returns for example {@code sliding window of 100 per PT15M}. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
        + " of "
        + permits
        + " per "
        + period
        + (phase.isZero() ? "" : " from " + phase)
        + (countsRefused ? ", counting refused calls" : "");
  }
}
