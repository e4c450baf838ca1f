package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UsageTest {

  private static final int LIMIT = 50;
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final long MILLI = 1_000_000;

  /** Late enough for a tick to overflow a double's precision if it were ever put in one. */
  private static final long START = Long.MAX_VALUE / 2;

  @Test
  void calls_spread_evenly_over_the_period_use_all_of_the_limit() {
    Usage usage = Usage.of(accepted(1_000, i -> i * 10 * MILLI), LIMIT, PERIOD);

    assertThat(usage.use()).isCloseTo(1, within(1e-9));
  }

  @Test
  void a_burst_of_the_limit_every_530_ms_uses_500_of_530_wherever_the_measurement_ends() {
    for (int calls : List.of(400, 410, 449, 450)) {
      Usage usage = Usage.of(accepted(calls, i -> i / LIMIT * 530 * MILLI), LIMIT, PERIOD);

      assertThat(usage.use()).isCloseTo(500.0 / 530, within(1e-9));
    }
  }

  @Test
  void the_turn_that_an_idle_limit_gives_for_nothing_does_not_count() {
    LongUnaryOperator burstThenHalfSpeed = i -> Math.max(0, i - LIMIT) * 20 * MILLI;

    Usage usage = Usage.of(accepted(1_000, burstThenHalfSpeed), LIMIT, PERIOD);

    assertThat(usage.use()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void a_rejected_call_is_sent_but_uses_nothing() {
    List<Call> calls = new ArrayList<>(accepted(1_000, i -> i * 10 * MILLI));
    LongStream.range(0, 250)
        .forEach(i -> calls.add(new Call(START + i * 40 * MILLI, false, 30 * MILLI)));

    Usage usage = Usage.of(calls, LIMIT, PERIOD);

    assertThat(usage.sent()).isEqualTo(1_250);
    assertThat(usage.rejected()).isEqualTo(250);
    assertThat(usage.use()).isCloseTo(1, within(1e-9));
  }

  @Test
  void the_optimum_keeps_each_place_for_a_round_trip_and_the_period() {
    List<Call> calls = new ArrayList<>(accepted(500, i -> i * 10 * MILLI, 20 * MILLI));
    calls.addAll(accepted(500, i -> (500 + i) * 10 * MILLI, 40 * MILLI));

    assertThat(Usage.of(calls, LIMIT, PERIOD).optimum()).isCloseTo(500.0 / 530, within(1e-9));
  }

  @Test
  void too_few_calls_are_refused_with_the_fix() {
    assertThatThrownBy(() -> Usage.of(accepted(199, i -> i * MILLI), LIMIT, PERIOD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "use needs at least 200 accepted calls to measure, but had 199. Fix: measure for"
                + " longer.");
  }

  private static List<Call> accepted(int calls, LongUnaryOperator nanos) {
    return accepted(calls, nanos, 30 * MILLI);
  }

  private static List<Call> accepted(int calls, LongUnaryOperator nanos, long roundTripNanos) {
    return LongStream.range(0, calls)
        .mapToObj(i -> new Call(START + nanos.applyAsLong(i), true, roundTripNanos))
        .toList();
  }
}
