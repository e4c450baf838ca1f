package dev.throttle.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Out of service while a bucket has no room for another waiting call, so that new ones are refused:
 * a load balancer had better ask another instance. What waits or is paused is only told.
 */
final class ThrottleHealthIndicator extends AbstractHealthIndicator {

  private final Buckets buckets;

  ThrottleHealthIndicator(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    SortedSet<String> full = new TreeSet<>();
    SortedSet<String> waiting = new TreeSet<>();
    SortedSet<String> paused = new TreeSet<>();
    for (Bucket bucket : buckets.all()) {
      int queue = bucket.waiting();
      if (queue > 0) {
        (queue >= bucket.maxQueue() ? full : waiting).add(bucket.name());
      }
      if (!bucket.snapshot().pausedFor().isZero()) {
        paused.add(bucket.name());
      }
    }
    if (full.isEmpty()) {
      health.up();
    } else {
      health.outOfService();
    }
    health.withDetail("full", full).withDetail("waiting", waiting).withDetail("paused", paused);
  }
}
