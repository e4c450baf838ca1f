package dev.throttle.benchmarks;

import dev.throttle.annotation.Priority;
import java.util.SplittableRandom;

/** One call of the mixed simulation: to which endpoint, for which tenant, how urgent. */
record MixedCall(int endpoint, int tenant, Priority priority) {

  private static final Priority[] PRIORITIES = Priority.values();

  static MixedCall random(SplittableRandom random) {
    return new MixedCall(
        random.nextInt(MixedLimits.ENDPOINTS),
        random.nextInt(MixedLimits.TENANTS),
        PRIORITIES[random.nextInt(PRIORITIES.length)]);
  }
}
