package dev.throttle.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UseTest {

  private static final long ROUND_TRIP_NANOS = 30_000_000;
  private static final int ROUNDS = 6;

  @Test
  void of_clientThatSendsAgainOnePeriodAfterEachAnswer_isWhole() {
    assertThat(Use.of(half(Shop.PERIOD.toNanos() + ROUND_TRIP_NANOS, 1)).orElseThrow())
        .isEqualTo(1);
  }

  @Test
  void of_clientThatTakesTwiceThatTime_isHalf() {
    assertThat(Use.of(half(2 * (Shop.PERIOD.toNanos() + ROUND_TRIP_NANOS), 1)).orElseThrow())
        .isEqualTo(0.5);
  }

  @Test
  void of_burstsOfTheWholeLimit_isTheSameAsOfEvenCalls() {
    long round = Shop.PERIOD.toNanos() + ROUND_TRIP_NANOS;

    assertThat(Use.of(half(round, Shop.LIMIT)).orElseThrow()).isEqualTo(1, within(1e-9));
  }

  @Test
  void of_tooFewCalls_isNothing() {
    assertThat(Use.of(new Half(List.of(), 0, 0))).isEmpty();
  }

  @Test
  void of_refusedCalls_doesNotCountThem() {
    Half half = half(Shop.PERIOD.toNanos() + ROUND_TRIP_NANOS, 1);
    List<Passage> refused =
        half.passages().stream()
            .map(c -> new Passage(0, c.arrivedNanos(), c.countedNanos(), c.answeredNanos(), true))
            .toList();

    assertThat(Use.of(new Half(refused, 0, 0))).isEmpty();
  }

  /**
   * Returns calls of which each comes {@code roundNanos} after the one {@link Shop#LIMIT} before.
   */
  private static Half half(long roundNanos, int burst) {
    List<Passage> calls = new ArrayList<>();
    for (int i = 0; i < ROUNDS * Shop.LIMIT; i++) {
      int firstOfBurst = i - i % burst;
      long arrived = roundNanos / Shop.LIMIT * firstOfBurst;
      calls.add(new Passage(0, arrived, arrived, arrived + ROUND_TRIP_NANOS, false));
    }
    return new Half(calls, 0, 0);
  }
}
