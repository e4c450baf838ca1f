package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits per period, and how they are counted. Immutable.
 *
 * <pre>{@code
 * Limit limit = Limit.of(100, Duration.ofMinutes(15));
 * Limit streamed = limit.withCountedWithin(Duration.ofSeconds(2));
 * Limit tenAtOnce = Limit.concurrent(10);
 * Limit shop = Limit.tokenBucket(2, Duration.ofSeconds(1), 40);
 * Limit daily = Limit.calendar(1_000, Period.ofDays(1), ZoneId.of("America/New_York"));
 * Limit smooth = Limit.leakyBucket(10, Duration.ofSeconds(1));
 * }</pre>
 *
 * <p>Made by the factory methods and changed by the {@code with…} methods; the constructor is for
 * those who have all of its components.
 *
 * @param permits permits per period, at least 1
 * @param period with the guard at most 100 years; zero makes a sliding window one of concurrency: a
 *     permit is free the moment its call is complete. Of a calendar quota the usual length
 * @param algorithm how the permits of a period are counted
 * @param burst the most permits at once of a token or leaky bucket; elsewhere equal to {@code
 *     permits}
 * @param windows when the windows of a fixed window begin; null for any other algorithm
 * @param reserve the percentage of the limit that only calls of high priority may take, in [0, 99]
 * @param countedWithin the time from the grant within which the provider has surely counted the
 *     call, more than zero; or null where only completion says so
 * @param guard absorbs inclusive boundaries and coarse clocks of providers: a permit comes back so
 *     much later, and what completes so short before the end of a fixed window counts in the next
 *     too. Unused where the period is zero
 * @param maxHold the time after which the slot of a call that never completes is given up, more
 *     than zero
 */
public record Limit(
    int permits,
    Duration period,
    Algorithm algorithm,
    int burst,
    @Nullable Windows windows,
    int reserve,
    @Nullable Duration countedWithin,
    Duration guard,
    Duration maxHold) {

  /** The guard of a limit that names none: 1 ms. */
  public static final Duration DEFAULT_GUARD = Duration.ofMillis(1);

  /** The longest hold of a limit that names none: 10 minutes. */
  public static final Duration DEFAULT_MAX_HOLD = Duration.ofMinutes(10);

  public Limit {
    if (permits < 1) {
      throw badArgument(
          "limit must be at least 1, but was %d. To stop all calls, pause the bucket.", permits);
    }
    Nanos.checked("period", period);
    requireNonNull(algorithm, "algorithm");
    checkShape(permits, period, algorithm, burst, windows);
    if (reserve < 0 || reserve > 99) {
      throw badArgument("reserve must be a percentage in [0, 99], but was %d.", reserve);
    }
    checkCountedWithin(countedWithin, period);
    Nanos.checked("guard", guard);
    if (Nanos.checked("maxHold", maxHold) == 0) {
      throw badArgument("maxHold must be more than PT0S, but was %s.", maxHold);
    }
    // A rest of period and guard, and a hold before it, must still compare as ticks.
    Nanos.checked("period + guard", period.plus(guard));
    if (windows != null && guard.multipliedBy(2).compareTo(period) >= 0) {
      throw badArgument(
          "guard must be less than half of a fixed window's period of %s, but was %s.",
          period, guard);
    }
  }

  private static void checkShape(
      int permits, Duration period, Algorithm algorithm, int burst, @Nullable Windows windows) {
    if (period.isZero() && algorithm != Algorithm.SLIDING_WINDOW) {
      throw badArgument(
          "a limit of concurrency (period PT0S) has algorithm SLIDING_WINDOW, but was %s.",
          algorithm);
    }
    if (burst < 1) {
      throw badArgument("burst must be at least 1, but was %d.", burst);
    }
    boolean drips = algorithm == Algorithm.TOKEN_BUCKET || algorithm == Algorithm.LEAKY_BUCKET;
    if (burst != permits && !drips) {
      throw badArgument(
          "burst belongs to TOKEN_BUCKET and LEAKY_BUCKET, but was %d for %s.", burst, algorithm);
    }
    if ((windows != null) != (algorithm == Algorithm.FIXED_WINDOW)) {
      throw badArgument(
          "windows belong to FIXED_WINDOW and to nothing else, but were %s for %s.",
          windows, algorithm);
    }
    if (windows != null && !windows.length().equals(period)) {
      throw badArgument(
          "period must be the length of the windows, but was %s for %s.", period, windows);
    }
  }

  private static void checkCountedWithin(@Nullable Duration countedWithin, Duration period) {
    if (countedWithin == null) {
      return;
    }
    if (Nanos.checked("countedWithin", countedWithin) == 0) {
      throw badArgument(
          "countedWithin must be more than PT0S, but was %s. Leave it out to wait for completion.",
          countedWithin);
    }
    if (period.isZero()) {
      throw badArgument(
          "countedWithin has no meaning for a limit of concurrency (period %s): a call counts until it"
              + " is complete. Leave one of them out.",
          period);
    }
  }

  /** Returns a limit of so many permits in every interval of one period. */
  public static Limit of(int permits, Duration period) {
    return of(permits, period, Algorithm.SLIDING_WINDOW, permits, null);
  }

  /** Returns a limit of so many calls in flight at once. */
  public static Limit concurrent(int permits) {
    return of(permits, Duration.ZERO);
  }

  /**
   * Returns a limit of {@code burst} permits at once, which come back one after another, {@code
   * permits} per period.
   */
  public static Limit tokenBucket(int permits, Duration period, int burst) {
    return of(permits, period, Algorithm.TOKEN_BUCKET, burst, null);
  }

  /** Returns a limit of so many permits in each window of one length since the epoch. */
  public static Limit fixedWindow(int permits, Duration period) {
    return fixedWindow(permits, Windows.of(period));
  }

  /** Returns a limit of so many permits in each window. */
  public static Limit fixedWindow(int permits, Windows windows) {
    return of(
        permits,
        requireNonNull(windows, "windows").length(),
        Algorithm.FIXED_WINDOW,
        permits,
        windows);
  }

  /** Returns a limit of so many permits per day, week, month or year of a time zone. */
  public static Limit calendar(int permits, Period period, ZoneId zone) {
    return fixedWindow(permits, Windows.of(period, zone));
  }

  /**
   * Returns a limit of so many permits per period, whose calls start evenly spaced. For strict
   * spacing also at the provider set the {@link #withBurst burst} to 1.
   */
  public static Limit leakyBucket(int permits, Duration period) {
    return of(permits, period, Algorithm.LEAKY_BUCKET, permits, null);
  }

  private static Limit of(
      int permits, Duration period, Algorithm algorithm, int burst, @Nullable Windows windows) {
    return new Limit(
        permits, period, algorithm, burst, windows, 0, null, DEFAULT_GUARD, DEFAULT_MAX_HOLD);
  }

  /**
   * Returns this limit with other {@link #permits()}; a {@link #burst()} that was the same stays
   * the same.
   */
  public Limit withPermits(int permits) {
    return new Limit(
        permits,
        period,
        algorithm,
        burst == this.permits ? permits : burst,
        windows,
        reserve,
        countedWithin,
        guard,
        maxHold);
  }

  /**
   * Returns this limit with another {@link #period()}.
   *
   * @throws IllegalArgumentException if it is a fixed window, whose {@link #withWindows windows}
   *     say more than a period
   */
  public Limit withPeriod(Duration period) {
    return new Limit(
        permits, period, algorithm, burst, windows, reserve, countedWithin, guard, maxHold);
  }

  /** Returns this token or leaky bucket with another {@link #burst()}. */
  public Limit withBurst(int burst) {
    return new Limit(
        permits, period, algorithm, burst, windows, reserve, countedWithin, guard, maxHold);
  }

  /** Returns this fixed window with other {@link #windows()}. */
  public Limit withWindows(Windows windows) {
    return new Limit(
        permits,
        requireNonNull(windows, "windows").length(),
        algorithm,
        burst,
        windows,
        reserve,
        countedWithin,
        guard,
        maxHold);
  }

  /** Returns this limit with another {@link #reserve()}. */
  public Limit withReserve(int reserve) {
    return new Limit(
        permits, period, algorithm, burst, windows, reserve, countedWithin, guard, maxHold);
  }

  /** Returns this limit with another {@link #countedWithin()}. */
  public Limit withCountedWithin(Duration countedWithin) {
    return new Limit(
        permits,
        period,
        algorithm,
        burst,
        windows,
        reserve,
        requireNonNull(countedWithin, "countedWithin"),
        guard,
        maxHold);
  }

  /** Returns this limit with another {@link #guard()}; zero is allowed. */
  public Limit withGuard(Duration guard) {
    return new Limit(
        permits, period, algorithm, burst, windows, reserve, countedWithin, guard, maxHold);
  }

  /** Returns this limit with another {@link #maxHold()}. */
  public Limit withMaxHold(Duration maxHold) {
    return new Limit(
        permits, period, algorithm, burst, windows, reserve, countedWithin, guard, maxHold);
  }

  /** Returns the most permits that a call can ever take, without regard to the reserve. */
  int capacity() {
    return burst;
  }

  /** Returns how many of so many permits only calls of high priority may take. */
  int reservedOf(int capacity) {
    return (int) ((long) capacity * reserve / 100);
  }

  /** Returns the limit as messages show it: {@code 100 per PT15M}, {@code 10 at once}. */
  @Override
  public String toString() {
    if (period.isZero()) {
      return permits + " at once";
    }
    return switch (algorithm) {
      case SLIDING_WINDOW -> permits + " per " + period;
      case TOKEN_BUCKET -> permits + " per " + period + ", burst " + burst;
      case LEAKY_BUCKET ->
          permits
              + " per "
              + period
              + " evenly spaced"
              + (burst == permits ? "" : ", burst " + burst);
      case FIXED_WINDOW -> permits + " in each " + windows;
    };
  }
}
