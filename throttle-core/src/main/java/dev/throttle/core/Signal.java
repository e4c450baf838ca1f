package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a provider said of its limits with its answer to a call.
 *
 * @param refused whether it refused the call for its limits, such as with a status of 429
 * @param retryAfter how long no call shall be made, not negative; null if it did not say
 * @param quotas what it said is left of its limits; empty if it did not say
 */
public record Signal(boolean refused, @Nullable Duration retryAfter, List<Quota> quotas) {

  private static final Signal NOTHING = new Signal(false, null, List.of());

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public Signal {
    requireNotNegative("retryAfter", retryAfter);
    quotas = List.copyOf(requireNonNull(quotas, "quotas"));
  }

  /** Returns a signal that says nothing. */
  public static Signal nothing() {
    return NOTHING;
  }

  /** Returns whether the provider said nothing of its limits. */
  public boolean isNothing() {
    return equals(NOTHING);
  }

  /**
   * What is left of one of the provider's limits.
   *
   * @param left permits that were left when the call was counted, not negative; null if it said how
   *     many are used instead
   * @param used permits that were used when the call was counted, not negative; null if it said how
   *     many are left
   * @param permits of the limit or of its burst, at least 1; null if it did not say
   * @param period of the limit, positive; null if it did not say
   * @param resetIn the time until all permits, or more of them, are left; not negative; null if it
   *     did not say
   */
  public record Quota(
      @Nullable Long left,
      @Nullable Long used,
      @Nullable Long permits,
      @Nullable Duration period,
      @Nullable Duration resetIn) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range, or if not exactly one of {@code
     *     left} and {@code used} is known
     */
    public Quota {
      if ((left == null) == (used == null)) {
        throw badArgument("a quota says either how many permits are left or how many are used.");
      }
      requireAtLeast(0, "left", left);
      requireAtLeast(0, "used", used);
      requireAtLeast(1, "permits", permits);
      if (period != null && (period.isNegative() || period.isZero())) {
        throw badArgument("period must be positive, but was %s.", period);
      }
      requireNotNegative("resetIn", resetIn);
    }

    /** Returns what is left of a limit of which the provider says no more. */
    public static Quota left(long permits) {
      return new Quota(permits, null, null, null, null);
    }

    /** Returns what is used of a limit of which the provider says no more. */
    public static Quota used(long permits) {
      return new Quota(null, permits, null, null, null);
    }

    /** Returns this quota as one of a limit of so many permits. */
    public Quota of(long permits) {
      return new Quota(left, used, permits, period, resetIn);
    }

    /** Returns this quota as one of a limit with this period. */
    public Quota per(Duration period) {
      return new Quota(left, used, permits, period, resetIn);
    }

    /** Returns this quota as one of which more is left after so long. */
    public Quota resetIn(Duration resetIn) {
      return new Quota(left, used, permits, period, resetIn);
    }

    /** Returns how many permits are left where the limit has so many. */
    long leftOf(int capacity) {
      long all = permits != null ? permits : capacity;
      return left != null ? left : Math.max(0, all - Objects.requireNonNull(used));
    }

    private static void requireAtLeast(long least, String name, @Nullable Long value) {
      if (value != null && value < least) {
        throw badArgument("%s must be at least %d, but was %d.", name, least, value);
      }
    }
  }

  private static void requireNotNegative(String name, @Nullable Duration duration) {
    if (duration != null && duration.isNegative()) {
      throw badArgument("%s must not be negative, but was %s.", name, duration);
    }
  }
}
