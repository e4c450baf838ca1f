package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.throttle.benchmarks.Contention.Tally;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContendedRowTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** 1,000 a second. */
  private static final Contest RATE =
      new Contest("some", "100 per 100 ms", 1e-6, Duration.ofMillis(100), () -> () -> 0);

  private static final Contest AT_ONCE =
      new Contest("some", "1 at once", 0, Duration.ZERO, () -> () -> 0);

  @Test
  void equal_shares_are_fair() {
    ContendedRow row =
        ContendedRow.of(RATE, SECOND, List.of(new Tally(500, 450, 7), new Tally(500, 450, 9)));

    assertThat(row.jain()).isCloseTo(1, within(1e-9));
    assertThat(row.most()).isEqualTo(row.fewest()).isEqualTo(500);
    assertThat(row.grantsPerSecond()).isCloseTo(1_000, within(1e-9));
    assertThat(row.usePercent()).isCloseTo(100, within(1e-9));
    assertThat(row.longestNanos()).isEqualTo(9);
  }

  @Test
  void one_that_gets_all_of_four_is_a_quarter_of_fair() {
    Tally nothing = new Tally(0, 0, 1_000_000_000);

    ContendedRow row =
        ContendedRow.of(AT_ONCE, SECOND, List.of(nothing, new Tally(80, 80, 1), nothing, nothing));

    assertThat(row.jain()).isCloseTo(0.25, within(1e-9));
    assertThat(row.fewest()).isZero();
    assertThat(row.usePercent()).isNull();
  }

  @Test
  void the_round_of_the_median_is_shown_with_the_longest_wait_of_all() {
    ContendedRow median =
        ContendedRow.median(List.of(row(300, 1.0, 5), row(100, 0.5, 90), row(200, 0.8, 7)));

    assertThat(median).isEqualTo(row(200, 0.8, 90));
  }

  @Test
  void table_shows_one_line_a_row() {
    List<ContendedRow> rows =
        List.of(
            new ContendedRow(
                "throttle", "1 at once", 2, 1_234_567.8, null, 0.9996, 30, 20, 1_250_000),
            new ContendedRow("guava", "32 per 100 ms", 64, 320, 99.96, 0.5, 30, 0, 200_000_000));

    assertThat(ContendedCommand.table(rows))
        .hasToString(
            """
            | limiter  |         limit | threads |  grants/s | use % |  Jain | max/min | longest ms |
            | -------- | ------------: | ------: | --------: | ----: | ----: | ------: | ---------: |
            | throttle |     1 at once |       2 | 1,234,568 |       | 1.000 |    1.50 |        1.3 |
            | guava    | 32 per 100 ms |      64 |       320 | 100.0 | 0.500 |       ∞ |      200.0 |
            """);
  }

  private static ContendedRow row(double grantsPerSecond, double jain, long longestNanos) {
    return new ContendedRow(
        "some", "1 at once", 2, grantsPerSecond, null, jain, 1, 1, longestNanos);
  }
}
