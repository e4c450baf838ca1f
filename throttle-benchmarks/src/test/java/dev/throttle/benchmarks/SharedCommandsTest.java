package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands about limits that many JVMs share, as small as they go. */
class SharedCommandsTest {

  @TempDir private Path folder;

  private JsonNode report(String... command) throws Exception {
    Path json = folder.resolve("report.json");
    List<String> args = new ArrayList<>(List.of(command));
    args.add("--json=" + json);
    assertThat(Main.commandLine().execute(args.toArray(String[]::new))).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void chaos_ends_well_where_no_limit_is_broken() throws Exception {
    JsonNode report =
        report("chaos", "--instances=3", "--limit=60", "--phase=PT3S", "--wrong=CALM,ALL,AFTER");
    assertThat(report.at("/rows").findValuesAsText("refused")).containsExactly("0", "0", "0");
    assertThat(report.at("/rows/0/calls").asInt()).isPositive();
    assertThat(report.at("/settings/most").asInt()).isBetween(1, 60);
  }

  @Test
  void shared_leaves_a_report_of_every_limiter_and_its_round_trips() throws Exception {
    JsonNode report = report("shared", "--seconds=0.5", "--threads=2");
    assertThat(report.at("/rows").findValuesAsText("limiter"))
        .isEqualTo(List.of(SharedContender.values()).stream().map(SharedContender::label).toList());
    List<Double> trips =
        report.at("/rows").findValuesAsText("tripsPerPermit").stream()
            .map(Double::valueOf)
            .toList();
    assertThat(trips.get(0)).as("of a lease").isLessThan(0.5);
    assertThat(trips.subList(1, trips.size())).allMatch(trip -> trip >= 1);
  }
}
