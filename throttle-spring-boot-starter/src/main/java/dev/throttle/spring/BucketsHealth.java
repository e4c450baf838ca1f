package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What health tells of the buckets.
 *
 * @param full those that have no room for another waiting call
 * @param waiting those in which calls wait
 */
record BucketsHealth(SortedSet<String> full, SortedSet<String> waiting, SortedSet<String> paused) {

  static BucketsHealth of(Buckets buckets) {
    BucketsHealth health = new BucketsHealth(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    for (Bucket bucket : buckets.all()) {
      int queue = bucket.waiting();
      if (queue > 0) {
        (queue >= bucket.maxQueue() ? health.full : health.waiting).add(bucket.name());
      }
      if (!bucket.snapshot().pausedFor().isZero()) {
        health.paused.add(bucket.name());
      }
    }
    return health;
  }

  /** Returns false while new calls are refused: a load balancer had better ask another instance. */
  boolean isInService() {
    return full.isEmpty();
  }

  Map<String, SortedSet<String>> details() {
    return Map.of("full", full, "waiting", waiting, "paused", paused);
  }
}
