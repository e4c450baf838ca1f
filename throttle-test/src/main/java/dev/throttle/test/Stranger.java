package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Another client of the provider. It has no thread and no socket: when somebody looks, the calls
 * that it would have made until then are counted, each at its own tick, so it is exact and the same
 * in each run.
 */
final class Stranger {

  private static final long SHORTEST_MEAN = 1_000;

  final String path;
  private final long meanNanos;
  private final SplittableRandom random;
  private long nextNanos;

  private Stranger(String path, long meanNanos, long seed) {
    this.path = path;
    this.meanNanos = meanNanos;
    this.random = new SplittableRandom(seed);
    this.nextNanos = gap();
  }

  /** What a stranger does, before it is let loose on a provider. */
  record Habit(String path, long meanNanos) {

    static Habit of(String path, int calls, Duration per) {
      requireNonNull(per, "per");
      long mean = calls < 1 ? 0 : Nanos.of(per) / calls;
      if (mean < SHORTEST_MEAN) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a stranger must make at least 1 call per period and at most 1 per microsecond, but"
                    + " was %d per %s.",
                calls,
                per));
      }
      return new Habit(PathPrefix.of(path).text(), mean);
    }

    Stranger stranger(long seed) {
      return new Stranger(path, meanNanos, seed);
    }
  }

  long nextNanos() {
    return nextNanos;
  }

  void goOn() {
    nextNanos += gap();
  }

  /** From 1 to twice the mean less 1: as uneven as strangers are, and the mean in the long run. */
  private long gap() {
    return random.nextLong(1, 2 * meanNanos);
  }
}
