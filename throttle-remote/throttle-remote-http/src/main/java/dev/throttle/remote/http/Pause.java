package dev.throttle.remote.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * For how long a server wants to be left alone. So that not all who were refused together come back
 * together, up to half a second is added; and since something on the way may have answered in its
 * place, it is ten seconds at most.
 *
 * <p>Safe for use by many threads: of two refusals at the same time, either may count.
 */
final class Pause {

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final long MOST_ADDED_NANOS = 500_000_000;

  private volatile long end = System.nanoTime();

  /** Begins one, if the server has said how long. */
  void begin(Duration retryAfter) {
    if (!retryAfter.isZero()) {
      Duration heeded = retryAfter.compareTo(LONGEST) > 0 ? LONGEST : retryAfter;
      long added = ThreadLocalRandom.current().nextLong(MOST_ADDED_NANOS);
      end = System.nanoTime() + heeded.toNanos() + added;
    }
  }

  /** Returns how long it still is; zero if it is over. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }
}
