package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands about full limiters, and about many, as small as they go. */
class FullCommandsTest {

  @TempDir private Path folder;

  @Test
  void contended_leaves_a_report_of_every_limit_and_number_of_threads() throws Exception {
    JsonNode report =
        report("contended", "--rounds=1", "--seconds=0.2", "--limiter=" + Contender.GUAVA.label());

    assertThat(report.at("/settings/duration").asText()).isEqualTo("PT0.2S");
    assertThat(report.at("/conditions/heapMegabytes").asInt()).isPositive();
    assertThat(report.at("/rows").findValuesAsText("limit"))
        .containsExactly(
            "1 per 100 ms", "100,000 per 100 ms", "32 per 100 ms", "100,000 per 100 ms");
    assertThat(report.at("/rows").findValuesAsText("threads"))
        .containsExactly("2", "2", "64", "64");
  }

  @Test
  void contended_refuses_to_measure_less_than_two_periods() {
    StringWriter err = new StringWriter();

    int exitCode =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute("contended", "--seconds=0.15", "--limiter=guava");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "seconds must be at least 2 periods of PT0.1S, but was PT0.15S"
                + System.lineSeparator());
  }

  @Test
  void waiters_leaves_a_report_of_every_limiter() throws Exception {
    JsonNode report = report("waiters", "--rounds=1", "--count=1000", "--period=PT0.05S");

    assertThat(report.at("/settings/count").asInt()).isEqualTo(1_000);
    assertThat(report.at("/rows").findValuesAsText("limiter"))
        .isEqualTo(List.of(AsyncContender.values()).stream().map(AsyncContender::label).toList());
  }

  @Test
  void memory_leaves_a_report_of_keys_and_of_sizes() throws Exception {
    JsonNode report =
        report("memory", "--keys=20000", "--period=PT0.05S", "--limiter=throttle", "--limiter=map");

    JsonNode throttle = report.at("/rows/0");
    JsonNode map = report.at("/rows/1");
    assertThat(map.get("keyBytes").asDouble()).isBetween(30.0, 80.0);
    assertThat(throttle.get("keyBytes").asDouble()).isGreaterThan(map.get("keyBytes").asDouble());
    assertThat(throttle.get("buckets").findValuesAsText("permits"))
        .containsExactly("1", "1000", "1000000");
  }

  @Test
  void memory_shows_each_size_busy_and_idle() {
    List<MemoryRow.OfSize> sizes =
        List.of(new MemoryRow.OfSize(1, 291.4, 291), new MemoryRow.OfSize(1_000, 6_606, 430));

    assertThat(MemoryCommand.table(List.of(new MemoryRow("throttle", 270.6, sizes))))
        .hasToString(
            """
            | limiter  | each key | N = 1 busy | idle again | N = 1,000 busy | idle again |
            | -------- | -------: | ---------: | ---------: | -------------: | ---------: |
            | throttle |      271 |        291 |        291 |          6,606 |        430 |
            """);
  }

  private JsonNode report(String... command) throws Exception {
    Path json = folder.resolve("report.json");
    String[] args = new String[command.length + 1];
    System.arraycopy(command, 0, args, 0, command.length);
    args[command.length] = "--json=" + json;
    assertThat(Main.commandLine().execute(args)).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }
}
