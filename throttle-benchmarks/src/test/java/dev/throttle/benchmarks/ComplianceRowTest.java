package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComplianceRowTest {

  @Test
  void calls_of_all_phases_are_added_up_and_percentages_are_their_mean() {
    ComplianceRow row =
        ComplianceRow.of(
            Contender.GUAVA,
            "fixed window",
            List.of(new Usage(100, 10, 0.9, 0.9), new Usage(300, 10, 0.7, 1.0)));

    assertThat(row.sent()).isEqualTo(400);
    assertThat(row.rejected()).isEqualTo(20);
    assertThat(row.rejectedPercent()).isCloseTo(5, within(1e-9));
    assertThat(row.usePercent()).isCloseTo(80, within(1e-9));
    assertThat(row.optimumPercent()).isCloseTo(85, within(1e-9));
  }

  @Test
  void only_a_429_of_ours_breaks_a_promise() {
    assertThat(row(Contender.THROTTLE, 1).breaksPromise()).isTrue();
    assertThat(row(Contender.THROTTLE, 0).breaksPromise()).isFalse();
    assertThat(row(Contender.GUAVA, 1).breaksPromise()).isFalse();
  }

  @Test
  void table_shows_one_line_a_row() {
    List<ComplianceRow> rows =
        List.of(
            new ComplianceRow(Contender.THROTTLE, "sliding window", 1500, 0, 94.12, 99.77),
            new ComplianceRow(Contender.GUAVA, "token bucket", 1000, 37, 95.0, 100.96));

    assertThat(ComplianceCommand.table(rows))
        .hasToString(
            """
            | limiter  |       provider | sent | 429 | 429 % | use % | optimum % |
            | -------- | -------------: | ---: | --: | ----: | ----: | --------: |
            | throttle | sliding window | 1500 |   0 |   0.0 |  94.1 |      99.8 |
            | guava    |   token bucket | 1000 |  37 |   3.7 |  95.0 |     101.0 |
            """);
  }

  private static ComplianceRow row(Contender contender, int rejected) {
    return new ComplianceRow(contender, "sliding window", 100, rejected, 90, 100);
  }
}
