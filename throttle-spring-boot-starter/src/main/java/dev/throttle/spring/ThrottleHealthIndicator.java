package dev.throttle.spring;

import dev.throttle.core.Buckets;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Tells the {@link BucketsHealth} on Boot 4. */
final class ThrottleHealthIndicator extends AbstractHealthIndicator {

  private final Buckets buckets;

  ThrottleHealthIndicator(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    BucketsHealth told = BucketsHealth.of(buckets);
    (told.isInService() ? health.up() : health.outOfService()).withDetails(told.details());
  }
}
