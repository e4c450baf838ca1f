package dev.throttle.core;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random histories of limits of every kind. Like {@link HistoryTest} another start by
 * {@code -Dthrottle.seed=…}, more of them by {@code -Dthrottle.histories=…}.
 */
class MixedHistoryTest {

  private static final long SEED = Long.getLong("throttle.seed", 1);
  private static final int HISTORIES = Integer.getInteger("throttle.histories", 2_000);

  @Test
  void every_history_keeps_every_promise() {
    Map<String, Integer> totals = new TreeMap<>();
    for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
      MixedHistory history = new MixedHistory(seed);
      try {
        history.run();
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "history failed; run it alone with -Dthrottle.histories=1 -Dthrottle.seed="
                + seed
                + "\n"
                + history,
            e);
      }
      history.totals().forEach((what, times) -> totals.merge(what, times, Integer::sum));
    }
    if (HISTORIES >= 1_000) {
      assertThatMuchHappened(totals);
    }
  }

  /** Histories in which nothing happens would prove nothing. */
  private static void assertThatMuchHappened(Map<String, Integer> totals) {
    Map<String, Integer> leastOfThousand =
        Map.ofEntries(
            entry("granted", 12_000),
            entry("ordinary grants", 12_000),
            entry("waited", 5_000),
            entry("predictions", 5_000),
            entry("granted beyond", 2_000),
            entry("granted since due", 10),
            entry("adjusted", 1_000),
            entry("given back", 1_000),
            entry("cancelled", 1_000),
            entry("changed", 1_500),
            entry("mode changed", 700),
            entry("switched", 700),
            entry("paused", 1_000),
            entry("resumed", 2_000),
            entry("reset", 80),
            entry("forgotten", 100),
            entry("made anew", 3),
            entry("passing", 50),
            entry("refused: COST", 400),
            entry("refused: MAX_WAIT", 2_500),
            entry("refused: MAX_QUEUE", 500),
            entry("refused: MAX_KEYS", 200));
    leastOfThousand.forEach(
        (what, least) ->
            assertThat(totals.getOrDefault(what, 0))
                .as(what)
                .isGreaterThanOrEqualTo((int) ((long) least * HISTORIES / 1_000)));
  }
}
