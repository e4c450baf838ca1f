package dev.throttle.remote.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A provider that does nothing but count, from the first call on. */
final class ProviderModel {

  private final ConcurrentLinkedQueue<Long> counted = new ConcurrentLinkedQueue<>();

  /**
   * Counts a call.
   *
   * @param tick of {@link System#nanoTime}
   */
  void count(long tick) {
    counted.add(tick);
  }

  int counted() {
    return counted.size();
  }

  /** Returns the most calls in any interval of one period. */
  int mostWithin(Duration period) {
    long[] ticks = counted.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(ticks);
    int most = 0;
    int first = 0;
    for (int last = 0; last < ticks.length; last++) {
      while (ticks[last] - ticks[first] > period.toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
