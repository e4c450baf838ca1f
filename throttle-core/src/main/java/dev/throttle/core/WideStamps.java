package dev.throttle.core;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stamps for throttles of more buckets than {@link Stamps} has room for. Thread-safe. */
final class WideStamps {

  private final ConcurrentHashMap<Long, int[]> cohorts = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  long add(int[] taken) {
    long stamp = next.getAndIncrement();
    cohorts.put(stamp, taken);
    return stamp;
  }

  int[] remove(long stamp) {
    int[] taken = cohorts.remove(stamp);
    if (taken == null) {
      throw new IllegalStateException(
          "stamp " + stamp + " is not in use: it was ended or given back before.");
    }
    return taken;
  }
}
