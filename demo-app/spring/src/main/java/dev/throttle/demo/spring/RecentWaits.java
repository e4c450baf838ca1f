package dev.throttle.demo.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.springframework.stereotype.Component;

/** Remembers how long the calls of the last seconds waited. Hears of them as a bean of its type. */
@Component
final class RecentWaits implements ThrottleListener {

  private static final Duration RECENT = Duration.ofSeconds(5);

  private final ConcurrentHashMap<String, Deque<Wait>> waits = new ConcurrentHashMap<>();

  private record Wait(long endNanos, Duration waited) {}

  @Override
  public void granted(Throttle throttle, Duration waited) {
    long now = System.nanoTime();
    for (Bucket bucket : throttle.buckets()) {
      Deque<Wait> ofBucket = of(bucket.name());
      ofBucket.add(new Wait(now, waited));
      forgetOld(ofBucket, now);
    }
  }

  /**
   * Returns the wait that this share of a bucket's calls did not exceed; zero if there are none.
   */
  Duration notExceededBy(double share, String bucket) {
    Deque<Wait> ofBucket = of(bucket);
    forgetOld(ofBucket, System.nanoTime());
    Duration[] sorted = ofBucket.stream().map(Wait::waited).sorted().toArray(Duration[]::new);
    return sorted.length == 0 ? Duration.ZERO : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private Deque<Wait> of(String bucket) {
    return waits.computeIfAbsent(bucket, first -> new ConcurrentLinkedDeque<>());
  }

  private static void forgetOld(Deque<Wait> ofBucket, long now) {
    ofBucket.removeIf(wait -> now - wait.endNanos > RECENT.toNanos());
  }
}
