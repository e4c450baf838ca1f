package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ComplianceCommandTest {

  @TempDir private Path folder;

  @Test
  void a_run_leaves_a_report_and_a_picture() throws Exception {
    Path json = folder.resolve("compliance.json");
    Path svg = folder.resolve("compliance.svg");

    int exitCode =
        run(
            "--seconds=0.5",
            "--limit=5",
            "--period=PT0.05S",
            "--threads=8",
            "--jitter=PT0.003S",
            "--limiter=none",
            "--limiter=guava",
            "--json=" + json,
            "--svg=" + svg);

    assertThat(exitCode).isZero();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/settings/period").asText()).isEqualTo("PT0.05S");
    assertThat(report.at("/rows")).hasSize(6 + 4);
    JsonNode none = report.at("/rows/0");
    assertThat(none.get("contender").asText()).isEqualTo("NONE");
    assertThat(none.get("429Percent").asDouble())
        .isEqualTo(100.0 * none.get("429").asInt() / none.get("sent").asInt());

    Document picture = picture(svg);
    assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(picture.getElementsByTagName("path").getLength()).isGreaterThan(20);
    assertThat(Files.readString(svg)).doesNotContainPattern("\\.\\d{3}");
  }

  @Test
  void a_throttled_client_of_composed_limits_gets_no_429_of_any_kind_of_provider()
      throws Exception {
    SimulationSettings settings =
        new SimulationSettings(
            10, Duration.ofMillis(100), 8, Duration.ofMillis(5), Duration.ofSeconds(1), 7);

    List<MixedRow> rows = MixedRow.measure(List.of(Contender.THROTTLE), settings);

    assertThat(rows).hasSize(2 * MixedKind.values().length);
    assertThat(rows).allSatisfy(row -> assertThat(row.rejected()).isZero());
    assertThat(rows).allSatisfy(row -> assertThat(row.sent()).isGreaterThan(10));
  }

  @Test
  void settings_that_measure_nothing_are_refused_with_the_rule() {
    StringWriter err = new StringWriter();

    int exitCode =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute("compliance", "--seconds=1", "--period=PT0.5S");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("seconds must be at least 6 periods, but was PT1S" + System.lineSeparator());
  }

  private static int run(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "compliance";
    System.arraycopy(options, 0, args, 1, options.length);
    return Main.commandLine().execute(args);
  }

  private static Document picture(Path svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(svg.toFile());
  }
}
