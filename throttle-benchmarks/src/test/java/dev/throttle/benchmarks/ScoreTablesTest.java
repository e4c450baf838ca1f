package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTablesTest {

  @Test
  void permit_compares_medians_with_the_floor_of_as_many_threads() {
    List<Score> scores =
        List.of(
            new Score(Contender.FLOOR.label(), 1, 30, 1, 20, 0),
            new Score("guava", 1, 50.04, 2.26, 30, 0.04),
            new Score(Contender.FLOOR.label(), 2, 100, 5, 100, 0),
            new Score("guava", 2, 150, 9.9, 250, 64));

    assertThat(PermitCommand.table(scores))
        .hasToString(
            """
            | limiter                | threads | ns/op ± error | × floor | B/op |
            | ---------------------- | ------: | ------------: | ------: | ---: |
            | floor (nanoTime + CAS) |       1 |    30.0 ± 1.0 |    1.00 |  0.0 |
            | guava                  |       1 |    50.0 ± 2.3 |    1.50 |  0.0 |
            | floor (nanoTime + CAS) |       2 |   100.0 ± 5.0 |    1.00 |  0.0 |
            | guava                  |       2 |   150.0 ± 9.9 |    2.50 | 64.0 |
            """);
  }

  @Test
  void woven_compares_medians_with_the_first_row() {
    List<Score> scores =
        List.of(
            new Score("plain call", 1, 0.5, 0.1, 0.4, 0),
            new Score("woven call", 1, 45, 1, 44.4, 0));

    assertThat(WovenCommand.table(scores))
        .hasToString(
            """
            | call       | ns/op ± error | ns over plain | B/op |
            | ---------- | ------------: | ------------: | ---: |
            | plain call |     0.5 ± 0.1 |           0.0 |  0.0 |
            | woven call |    45.0 ± 1.0 |          44.0 |  0.0 |
            """);
  }

  @Test
  void a_row_of_another_width_is_refused() {
    assertThatThrownBy(() -> new Table("a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row needs 2 cells, but had 1");
  }
}
