package dev.throttle.benchmarks;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Duration;
import java.util.Locale;

/**
 * What a simulated client, network and provider do.
 *
 * @param limit calls that the provider allows per period
 * @param threads of the client, each in a loop of calls
 * @param jitter the longest way from the client to the provider, and the longest way back
 * @param duration for which new calls are begun
 * @param seed of all randomness but the scheduler's
 */
record SimulationSettings(
    int limit,
    @JsonSerialize(using = ToStringSerializer.class) Duration period,
    int threads,
    @JsonSerialize(using = ToStringSerializer.class) Duration jitter,
    @JsonSerialize(using = ToStringSerializer.class) Duration duration,
    long seed) {

  /** Of duration; below, use could not be measured. */
  private static final int FEWEST_PERIODS = 6;

  SimulationSettings {
    check(limit >= 1, "limit must be at least 1, but was %s", limit);
    check(period.toNanos() >= 1, "period must be above PT0S, but was %s", period);
    check(threads >= 1, "threads must be at least 1, but was %s", threads);
    check(!jitter.isNegative(), "jitter must be at least PT0S, but was %s", jitter);
    check(
        duration.compareTo(period.multipliedBy(FEWEST_PERIODS)) >= 0,
        "seconds must be at least " + FEWEST_PERIODS + " periods, but was %s",
        duration);
  }

  private static void check(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, value));
    }
  }
}
