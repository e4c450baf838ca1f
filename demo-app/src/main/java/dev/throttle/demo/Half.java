package dev.throttle.demo;

import java.util.List;

/**
 * What came of one half of the demo.
 *
 * @param passages the provider's log, in the order in which it counted
 * @param failed calls that the clients gave up, after their retries
 * @param blockedThreads the most threads that were seen waiting for a permit at one moment
 */
public record Half(List<Passage> passages, int failed, int blockedThreads) {

  /** Returns how many calls came to the provider. */
  public int calls() {
    return passages.size();
  }

  /** Returns how many of them it answered 429. */
  public int refused() {
    return (int) passages.stream().filter(Passage::refused).count();
  }

  /** Returns the wait that this share of the calls did not exceed. */
  public long waitNanos(double share) {
    long[] waits =
        passages.stream()
            .filter(Passage::isFirstAttempt)
            .mapToLong(Passage::waitNanos)
            .sorted()
            .toArray();
    return waits.length == 0 ? 0 : waits[(int) Math.ceil(share * waits.length) - 1];
  }
}
