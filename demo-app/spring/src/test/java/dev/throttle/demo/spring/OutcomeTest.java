package dev.throttle.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.throttle.demo.Half;
import dev.throttle.demo.Passage;
import dev.throttle.demo.Shop;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static final long PERIOD = Shop.PERIOD.toNanos();
  private static final long ROUND_TRIP = 40_000_000;
  private static final int PERIODS = 10;
  private static final int STRANGER = 50;

  /** Returns calls at even times, so many in each of these spans. */
  private static List<Passage> calls(int perSpan, long span, long roundTrip) {
    return LongStream.range(0, (long) perSpan * PERIODS)
        .map(i -> i * span / perSpan)
        .mapToObj(at -> new Passage(at, at, at, at + roundTrip, false))
        .toList();
  }

  private static Outcome outcome(List<Passage> ours) {
    Half all = new Half(ours, 0, 0);
    return new Outcome(all, Map.of(Kind.FEIGN, all), calls(STRANGER, PERIOD, 0));
  }

  @Test
  void a_client_that_uses_again_at_once_what_the_stranger_leaves_has_all_that_can_be_had() {
    Outcome outcome = outcome(calls(Shop.LIMIT - STRANGER, PERIOD + ROUND_TRIP, ROUND_TRIP));

    assertThat(outcome.use()).hasValueCloseTo(1.0, within(0.005));
  }

  @Test
  void a_client_that_leaves_half_of_that_has_the_rest() {
    int half = (Shop.LIMIT - STRANGER) / 2;
    Outcome outcome = outcome(calls(half, PERIOD + ROUND_TRIP, ROUND_TRIP));

    double share = (double) (half + STRANGER) / Shop.LIMIT;
    assertThat(outcome.use()).hasValueCloseTo(share, within(0.005));
  }

  @Test
  void it_ends_with_the_line_that_says_the_result() {
    List<Passage> refused = List.of(new Passage(0, 1, 2, 3, true), new Passage(0, 1, 2, 3, false));

    assertThat(outcome(refused).toString().lines())
        .anyMatch(line -> line.matches("@FeignClient +2 +1 +0 +0 ms +0 ms"))
        .anyMatch(line -> line.matches("the stranger +500"))
        .last()
        .asString()
        .matches("429s: 1 of 2 calls; use (-|[0-9.]+ %)");
  }
}
