package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;

/** A delay that is different for each call, evenly spread, both ends included. */
record Jitter(long minNanos, long maxNanos) {

  static final Jitter NONE = new Jitter(0, 0);

  private static final Duration LONGEST = Duration.ofDays(1);

  static Jitter between(Duration min, Duration max) {
    requireNonNull(min, "min");
    requireNonNull(max, "max");
    if (min.isNegative() || min.compareTo(max) > 0 || max.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "jitter must go from at least PT0S up to at most %s, but was %s to %s.",
              LONGEST,
              min,
              max));
    }
    return new Jitter(Nanos.of(min), Nanos.of(max));
  }

  long draw(SplittableRandom random) {
    return minNanos == maxNanos ? minNanos : random.nextLong(minNanos, maxNanos + 1);
  }
}
