package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Thousands of random histories, each from a seed of its own. Another start by {@code
 * -Dthrottle.seed=…}, more of them by {@code -Dthrottle.histories=…}.
 */
class HistoryTest {

  private static final long SEED = Long.getLong("throttle.seed", 1);
  private static final int HISTORIES = Integer.getInteger("throttle.histories", 4_000);

  @Test
  void every_history_keeps_every_promise() {
    long granted = 0;
    long waited = 0;
    long refusals = 0;
    for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
      History history = new History(seed);
      try {
        history.run();
        granted += history.granted;
        waited += history.waited;
        if (history.refusedByPrediction >= 0) {
          refusals++;
          History.assertThatRefusalWasRight(history, seed);
        }
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "history failed; run it alone with -Dthrottle.histories=1 -Dthrottle.seed="
                + seed
                + "\n"
                + history,
            e);
      }
    }
    if (HISTORIES >= 1_000) {
      // Histories in which nothing happens would prove nothing.
      assertThat(granted).isGreaterThan(15L * HISTORIES);
      assertThat(waited).isGreaterThan(4L * HISTORIES);
      assertThat(refusals).isGreaterThan(HISTORIES / 20);
    }
  }
}
