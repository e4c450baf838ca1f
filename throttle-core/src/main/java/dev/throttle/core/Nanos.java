package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.time.Duration;

/** Nanosecond arithmetic that saturates, and durations as messages show them. */
final class Nanos {

  static final long FOR_EVER = Long.MAX_VALUE;

  /** Two of these still add up without overflow, so that ticks can be compared by subtraction. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Nanos() {}

  /** Returns a duration that takes part in tick arithmetic, checked to be in [0, 100 years]. */
  static long checked(String what, Duration duration) {
    BadArgument.requireNonNull(duration, what);
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw badArgument("%s must be between PT0S and %s, but was %s.", what, LONGEST, duration);
    }
    return duration.toNanos();
  }

  /** Returns a wait, where anything too long to count is for ever. */
  static long wait(String what, Duration duration) {
    BadArgument.requireNonNull(duration, what);
    if (duration.isNegative()) {
      throw badArgument("%s must not be negative, but was %s.", what, duration);
    }
    return duration.compareTo(LONGEST) > 0 ? FOR_EVER : duration.toNanos();
  }

  /** Returns a duration in nanoseconds, at most {@link #FOR_EVER}. */
  static long saturated(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? FOR_EVER : duration.toNanos();
  }

  /** Returns {@code a + b} for non-negative numbers, at most {@link #FOR_EVER}. */
  static long add(long a, long b) {
    long sum = a + b;
    return sum < 0 ? FOR_EVER : sum;
  }

  /** Returns {@code a * b} for non-negative numbers, at most {@link #FOR_EVER}. */
  static long multiply(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? FOR_EVER : a * b;
  }

  /** Returns the time in words, rounded up: {@code 250 ms}, {@code 12.4 s}, {@code 15 min}. */
  static String words(long nanos) {
    if (nanos == FOR_EVER) {
      return "for ever";
    }
    if (nanos == 0) {
      return "0 s";
    }
    long millis = ceilDiv(nanos, 1_000_000);
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 120_000) {
      long tenths = ceilDiv(millis, 100);
      return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
    }
    return ceilDiv(millis, 60_000) + " min";
  }

  static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
