package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits per period, and how they are counted. Immutable.
 *
 * <pre>{@code
 * Limit limit = Limit.of(100, Duration.ofMinutes(15));
 * Limit streamed = limit.withCountedWithin(Duration.ofSeconds(2));
 * Limit tenAtOnce = Limit.concurrent(10);
 * }</pre>
 *
 * @param permits permits per period, at least 1
 * @param period with the guard at most 100 years; zero makes it a limit of concurrency: a permit is
 *     free the moment its call is complete
 * @param algorithm how the permits of a period are counted
 * @param countedWithin the time from the grant within which the provider has surely counted the
 *     call, more than zero; or null where only completion says so
 * @param guard added to the period to absorb inclusive boundaries and coarse clocks of providers;
 *     unused where the period is zero
 * @param maxHold the time after which the slot of a call that never completes is given up, more
 *     than zero
 */
public record Limit(
    int permits,
    Duration period,
    Algorithm algorithm,
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
          "limit must be at least 1, but was %d. To stop all calls, leave the bucket out of use.",
          permits);
    }
    Nanos.checked("period", period);
    requireNonNull(algorithm, "algorithm");
    if (countedWithin != null && Nanos.checked("countedWithin", countedWithin) == 0) {
      throw badArgument(
          "countedWithin must be more than PT0S, but was %s. Leave it out to wait for completion.",
          countedWithin);
    }
    if (countedWithin != null && period.isZero()) {
      throw badArgument(
          "countedWithin has no meaning for a limit of concurrency (period %s): a call counts until it"
              + " is complete. Leave one of them out.",
          period);
    }
    Nanos.checked("guard", guard);
    if (Nanos.checked("maxHold", maxHold) == 0) {
      throw badArgument("maxHold must be more than PT0S, but was %s.", maxHold);
    }
    // A rest of period and guard, and a hold before it, must still compare as ticks.
    Nanos.checked("period + guard", period.plus(guard));
  }

  /** Returns a sliding-window limit of so many permits per period. */
  public static Limit of(int permits, Duration period) {
    return new Limit(
        permits, period, Algorithm.SLIDING_WINDOW, null, DEFAULT_GUARD, DEFAULT_MAX_HOLD);
  }

  /** Returns a limit of so many calls in flight at once. */
  public static Limit concurrent(int permits) {
    return of(permits, Duration.ZERO);
  }

  /** Returns this limit with another {@link #countedWithin()}. */
  public Limit withCountedWithin(Duration countedWithin) {
    return new Limit(
        permits, period, algorithm, requireNonNull(countedWithin, "countedWithin"), guard, maxHold);
  }

  /** Returns this limit with another {@link #guard()}; zero is allowed. */
  public Limit withGuard(Duration guard) {
    return new Limit(permits, period, algorithm, countedWithin, guard, maxHold);
  }

  /** Returns this limit with another {@link #maxHold()}. */
  public Limit withMaxHold(Duration maxHold) {
    return new Limit(permits, period, algorithm, countedWithin, guard, maxHold);
  }

  /** Returns the limit as messages show it: {@code 100 per PT15M}, {@code 10 at once}. */
  @Override
  public String toString() {
    return period.isZero() ? permits + " at once" : permits + " per " + period;
  }

  /** Returns how long a slot rests after its call is complete. */
  long restNanos() {
    return period.isZero() ? 0 : period.toNanos() + guard.toNanos();
  }

  /** Returns how long after the grant a slot begins its rest although nobody said "complete". */
  long holdNanos() {
    return (countedWithin == null ? maxHold : countedWithin).toNanos();
  }
}
