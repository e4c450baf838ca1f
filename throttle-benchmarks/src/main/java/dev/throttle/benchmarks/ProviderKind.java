package dev.throttle.benchmarks;

import dev.throttle.test.ProviderLimit;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A way in which providers count, and the limits that stand for it.
 *
 * @param limits all of one kind; what differs between them is luck for the client
 */
record ProviderKind(String name, List<ProviderLimit> limits) {

  private static final int PHASES = 3;

  static List<ProviderKind> all(SimulationSettings settings) {
    int limit = settings.limit();
    Duration period = settings.period();
    List<ProviderLimit> phases =
        new SplittableRandom(settings.seed())
            .longs(PHASES, 0, period.toNanos())
            .mapToObj(phase -> ProviderLimit.fixedWindow(limit, period, Duration.ofNanos(phase)))
            .toList();
    return List.of(
        new ProviderKind("sliding window", List.of(ProviderLimit.slidingWindow(limit, period))),
        new ProviderKind("fixed window, " + PHASES + " phases", phases),
        new ProviderKind("token bucket", List.of(ProviderLimit.tokenBucket(limit, period))));
  }
}
