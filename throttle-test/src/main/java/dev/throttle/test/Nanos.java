package dev.throttle.test;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Nanoseconds as this module counts them: saturating, and rounded up where a client must wait. */
final class Nanos {

  private static final long PER_SECOND = 1_000_000_000L;

  private Nanos() {}

  /** Returns the duration in nanoseconds, at most {@link Long#MAX_VALUE}, at least its negative. */
  static long of(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? -Long.MAX_VALUE : Long.MAX_VALUE;
    }
  }

  /**
   * Returns the instant in nanoseconds since 1970.
   *
   * @throws IllegalArgumentException if they do not fit into a long
   */
  static long ofEpoch(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano());
    } catch (ArithmeticException outOfRange) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the wall clock goes from the year 1677 to 2262, but was set to %s.",
              instant),
          outOfRange);
    }
  }

  /** Returns the least number of whole seconds that is no shorter. */
  static long secondsUp(long nanos) {
    return nanos / PER_SECOND + (nanos % PER_SECOND > 0 ? 1 : 0);
  }
}
