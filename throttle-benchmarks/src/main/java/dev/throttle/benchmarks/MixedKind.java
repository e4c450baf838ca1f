package dev.throttle.benchmarks;

import dev.throttle.core.Limit;
import dev.throttle.core.Windows;
import dev.throttle.test.ProviderLimit;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * A way in which the provider of the mixed simulation counts, and what one says to a client that
 * knows it.
 */
enum MixedKind {
  SLIDING_WINDOW(
      "sliding window",
      (limit, settings) -> ProviderLimit.slidingWindow(limit, settings.period()),
      (limit, settings) -> Limit.of(limit, settings.period())),
  FIXED_WINDOW(
      "fixed window",
      (limit, settings) -> ProviderLimit.fixedWindow(limit, settings.period(), phase(settings)),
      (limit, settings) ->
          Limit.fixedWindow(limit, Windows.of(settings.period()).withOffset(phase(settings)))),
  TOKEN_BUCKET(
      "token bucket",
      (limit, settings) -> ProviderLimit.tokenBucket(limit, settings.period()),
      (limit, settings) -> Limit.tokenBucket(limit, settings.period(), limit)),
  LEAKY_BUCKET(
      "leaky bucket",
      (limit, settings) -> ProviderLimit.leakyBucket(limit, settings.period(), limit),
      (limit, settings) -> Limit.leakyBucket(limit, settings.period()));

  private final String label;
  private final BiFunction<Integer, SimulationSettings, ProviderLimit> provider;
  private final BiFunction<Integer, SimulationSettings, Limit> client;

  MixedKind(
      String label,
      BiFunction<Integer, SimulationSettings, ProviderLimit> provider,
      BiFunction<Integer, SimulationSettings, Limit> client) {
    this.label = label;
    this.provider = provider;
    this.client = client;
  }

  String label() {
    return label;
  }

  ProviderLimit provider(int limit, SimulationSettings settings) {
    return provider.apply(limit, settings);
  }

  /**
   * Returns the limit of a client that counts as this provider does. An even schedule is made for
   * all calls together; parts of it, each with a schedule of its own, would hinder each other.
   */
  Limit client(int limit, SimulationSettings settings) {
    boolean part = limit < settings.limit();
    return (part && this == LEAKY_BUCKET ? TOKEN_BUCKET : this).client.apply(limit, settings);
  }

  /** Returns when the provider's windows begin. */
  private static Duration phase(SimulationSettings settings) {
    long period = settings.period().toNanos();
    return Duration.ofNanos(new SplittableRandom(settings.seed()).nextLong(period));
  }
}
