package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * How a provider enforces one limit: so many permits per period, counted in one of the ways that
 * providers count. A call takes as many permits as it costs, which is one unless somebody says
 * otherwise.
 *
 * <pre>{@code
 * ProviderCounter requests = ProviderLimit.slidingWindow(3, minute).countingCalls().newCounter();
 * ProviderCounter tokens = ProviderLimit.slidingWindow(1_000, minute).newCounter();
 * ProviderCounter model = ProviderCounter.allOf(requests, tokens);
 *
 * assertThat(model.count(0, 600).accepted()).isTrue();
 * assertThat(model.count(1, 600).accepted()).isFalse();
 * assertThat(model.count(2, 400).accepted()).isTrue();
 * }</pre>
 *
 * <p>Immutable; what changes is in the counters that it makes, each of which starts with all
 * permits free. Periods are from one nanosecond to 100 years, permits from 1.
 */
public final class ProviderLimit {

  /** Keeps the sum of any two spans of a limit far from overflow. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Shape shape;
  private final boolean countsRefused;
  private final boolean countsCalls;

  /**
   * One of the ways.
   *
   * @param capacity the most permits that are ever free
   * @param refill how long it takes until that many are free again
   */
  private record Shape(
      String text,
      int permits,
      Duration period,
      int capacity,
      Duration refill,
      Supplier<Tally> tallies) {}

  private ProviderLimit(Shape shape, boolean countsRefused, boolean countsCalls) {
    this.shape = shape;
    this.countsRefused = countsRefused;
    this.countsCalls = countsCalls;
  }

  /**
   * Returns a true sliding window: the accepted calls of no interval (t - period, t] ever cost more
   * than the permits. A counter remembers each tick at which it counted, so its memory grows up to
   * twelve bytes a permit.
   */
  public static ProviderLimit slidingWindow(int permits, Duration period) {
    check(permits, period);
    long nanos = Nanos.of(period);
    return window(
        "sliding window of " + permits + " per " + period,
        permits,
        period,
        () -> new SlidingLog(permits, nanos));
  }

  /**
   * Returns windows that follow one another, each with all its permits from its first nanosecond:
   * around a boundary twice the permits may pass within one period.
   *
   * <p>They go by the wall clock. A clock that goes back finds the windows of then as they were
   * left; a thousand are remembered.
   *
   * @param offset where in the period a window begins: windows begin at the moments that are {@code
   *     offset} modulo {@code period} since 1970-01-01T00:00Z; at least zero, less than the period
   */
  public static ProviderLimit fixedWindow(int permits, Duration period, Duration offset) {
    check(permits, period);
    checkOffset(offset, period);
    long nanos = Nanos.of(period);
    long offsetNanos = Nanos.of(offset);
    return window(
        "fixed window of " + permits + " per " + period + from(offset),
        permits,
        period,
        () -> new FixedWindow(permits, new EvenWindows(nanos, offsetNanos)));
  }

  /** Returns calendar windows that begin at midnight; see the other method. */
  public static ProviderLimit calendarWindow(int permits, Period period, ZoneId zone) {
    return calendarWindow(permits, period, zone, Duration.ZERO);
  }

  /**
   * Returns fixed windows that are as long as the calendar of a time zone says: where clocks change
   * a day has 23 or 25 hours, and February has 28 or 29 days.
   *
   * <p>Days begin at midnight, weeks on Monday, months on the first, years in January; several of
   * them count from 1970. Where clocks skip the begin, it is as much later as they skip; where it
   * comes twice, it is the first.
   *
   * @param period days, weeks, months or years, such as {@code P1D} or {@code P1M}
   * @param offset how much later a window begins, in local time; at least zero, less than the
   *     {@link #period()}
   */
  public static ProviderLimit calendarWindow(
      int permits, Period period, ZoneId zone, Duration offset) {
    requireNonNull(period, "period");
    requireNonNull(zone, "zone");
    long months = period.toTotalMonths();
    boolean oneUnit = months > 0 ? period.getDays() == 0 : months == 0 && period.getDays() > 0;
    if (!oneUnit || period.getMonths() < 0 || period.getYears() < 0) {
      throw badLimit(
          "period must be days, weeks, months or years, such as P1D, but was %s.", period);
    }
    Duration usual = Duration.ofDays(months / 12 * 365 + months % 12 * 30 + period.getDays());
    check(permits, usual);
    checkOffset(offset, usual);
    long offsetNanos = Nanos.of(offset);
    return window(
        "calendar window of " + permits + " per " + period + " in " + zone + from(offset),
        permits,
        usual,
        () -> new FixedWindow(permits, new CalendarWindows(period, zone, offsetNanos)));
  }

  /** Returns a token bucket that holds at most {@code permits} tokens; see the other method. */
  public static ProviderLimit tokenBucket(int permits, Duration period) {
    return tokenBucket(permits, period, permits);
  }

  /**
   * Returns a bucket that holds at most {@code burst} tokens, is full at first, and gains {@code
   * permits} per period, evenly. A call takes as many tokens as it costs. Exact: no token is
   * rounded away, ever.
   *
   * @param burst at least 1; comes back within 100 years
   */
  public static ProviderLimit tokenBucket(int permits, Duration period, int burst) {
    return bucket("token bucket", permits, period, burst, permits, false);
  }

  /**
   * Returns a leaky bucket without tolerance, which is strict spacing: after a call of cost c the
   * next one passes c times period / permits later, whatever it costs itself.
   */
  public static ProviderLimit leakyBucket(int permits, Duration period) {
    return leakyBucket(permits, period, 1);
  }

  /**
   * Returns a leaky bucket as a meter: calls pour their cost into it, {@code permits} leak out per
   * period, evenly, and a call passes if it leaves no more than {@code burst} in it. One that costs
   * more than the burst passes when the bucket is empty. Exact.
   *
   * @param burst at least 1; leaks out within 100 years
   */
  public static ProviderLimit leakyBucket(int permits, Duration period, int burst) {
    return bucket("leaky bucket", permits, period, burst, 1, true);
  }

  private static ProviderLimit window(
      String text, int permits, Duration period, Supplier<Tally> tallies) {
    return new ProviderLimit(
        new Shape(text, permits, period, permits, period, tallies), false, false);
  }

  private static ProviderLimit bucket(
      String kind, int permits, Duration period, int burst, int usualBurst, boolean overflows) {
    check(permits, period);
    if (burst < 1) {
      throw badLimit("burst must be at least 1, but was %d.", burst);
    }
    Duration refill = period.multipliedBy(burst).dividedBy(permits);
    if (refill.compareTo(LONGEST) > 0) {
      throw badLimit(
          "burst must come back within %s, but %d at %d per %s take %s.",
          LONGEST, burst, permits, period, refill);
    }
    String text =
        kind
            + (" of " + permits + " per " + period)
            + (burst == usualBurst ? "" : ", burst " + burst);
    long nanos = Nanos.of(period);
    return new ProviderLimit(
        new Shape(
            text,
            permits,
            period,
            burst,
            refill,
            () -> new Meter(permits, nanos, burst, overflows)),
        false,
        false);
  }

  private static void check(int permits, Duration period) {
    requireNonNull(period, "period");
    if (permits < 1) {
      throw badLimit("permits must be at least 1, but was %d.", permits);
    }
    if (period.isZero() || period.isNegative() || period.compareTo(LONGEST) > 0) {
      throw badLimit("period must be above PT0S and at most %s, but was %s.", LONGEST, period);
    }
  }

  private static void checkOffset(Duration offset, Duration period) {
    requireNonNull(offset, "offset");
    if (offset.isNegative() || offset.compareTo(period) >= 0) {
      throw badLimit(
          "offset must be at least PT0S and less than the period %s, but was %s.", period, offset);
    }
  }

  private static IllegalArgumentException badLimit(String rule, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
  }

  private static String from(Duration offset) {
    return offset.isZero() ? "" : " from " + offset;
  }

  /**
   * Returns the same limit for a provider that counts refused calls too, whichever of its limits
   * refused them: a client that keeps trying keeps being refused. A refused call takes no more
   * permits than there are.
   */
  public ProviderLimit countingRefused() {
    return new ProviderLimit(shape, true, countsCalls);
  }

  /**
   * Returns the same limit for a provider that counts each call as one here, whatever it costs: of
   * requests per minute beside tokens per minute.
   */
  public ProviderLimit countingCalls() {
    return new ProviderLimit(shape, countsRefused, true);
  }

  /** Returns how many permits there are per period. */
  public int permits() {
    return shape.permits;
  }

  /** Returns the period; of the calendar the usual one, a month of 30 days, a year of 365. */
  public Duration period() {
    return shape.period;
  }

  /** Returns whether refused calls count too; false unless {@link #countingRefused} was asked. */
  public boolean countsRefused() {
    return countsRefused;
  }

  /** Returns a counter of its own for this limit, all permits free. */
  public ProviderCounter newCounter() {
    return ProviderCounter.of(this);
  }

  int capacity() {
    return shape.capacity;
  }

  Duration refill() {
    return shape.refill;
  }

  /** Returns how many permits a call of this cost takes here. */
  int counted(int cost) {
    return countsCalls ? 1 : cost;
  }

  Tally newTally() {
    return shape.tallies.get();
  }

  /** Returns for example {@code sliding window of 100 per PT15M}. */
  @Override
  public String toString() {
    return shape.text
        + (countsCalls ? ", counting calls" : "")
        + (countsRefused ? ", counting refused calls" : "");
  }
}
