package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitersRowTest {

  @Test
  void each_figure_is_a_median_by_itself() {
    WaitersRow median =
        WaitersRow.median(
            List.of(
                new WaitersRow("some", 3, 1, 10, 7, 1, 0),
                new WaitersRow("some", 1, 2, 30, 9, 2, 5),
                new WaitersRow("some", 2, 3, 20, 8, 3, 1)));

    assertThat(median).isEqualTo(new WaitersRow("some", 2, 2, 20, 8, 2, 1));
  }

  @Test
  void of_two_the_median_is_the_mean() {
    WaitersRow median =
        WaitersRow.median(
            List.of(
                new WaitersRow("some", 3, 1, 10, 7, 1, 0),
                new WaitersRow("some", 1, 2, 30, 9, 2, 5)));

    assertThat(median).isEqualTo(new WaitersRow("some", 2, 1.5, 20, 8, 1.5, 2.5));
  }

  @Test
  void table_shows_one_line_a_row() {
    List<WaitersRow> rows =
        List.of(
            new WaitersRow("throttle", 152.4, 128.4, 3_451_897, 1_197_029, 181_301, -0.2),
            new WaitersRow("guava", 1_000, 976, 10, 20, 30, 40));

    assertThat(WaitersCommand.table(rows))
        .hasToString(
            """
            | limiter  | B each | beside future |   asked/s | granted/s | cancelled/s | B left |
            | -------- | -----: | ------------: | --------: | --------: | ----------: | -----: |
            | throttle |    152 |           128 | 3,451,897 | 1,197,029 |     181,301 |      0 |
            | guava    |  1,000 |           976 |        10 |        20 |          30 |     40 |
            """);
  }
}
