package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WovenCommandTest {

  @Test
  void a_run_leaves_a_report_of_every_call(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("woven.json");

    int exitCode =
        Main.commandLine()
            .execute("woven", "--forks=1", "--iterations=1", "--seconds=0.01", "--json=" + json);

    assertThat(exitCode).isZero();
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
    assertThat(rows.findValuesAsText("name"))
        .containsExactly(
            "plain call",
            "throttle permit alone",
            "throttle woven call",
            "resilience4j permit alone",
            "resilience4j Spring aspect");
  }
}
