package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The project that is built is the one that is claimed, and each way does what its row says. */
class WeavingCommandTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"10, 4", "7, 7", "9, 1"})
  void as_many_classes_have_a_throttled_method_as_are_asked_for(int classes, int methods)
      throws IOException {
    List<Path> files = new GeneratedProject(classes, methods).write(folder, true);

    assertThat(files).hasSize(classes + 1);
    assertThat(files.stream().filter(file -> text(file).contains("@dev.throttle")))
        .hasSize(methods);
    assertThat(text(folder.resolve("generated/Main.java")).split("\\.call\\(1\\)", -1))
        .hasSize(methods + 1);
  }

  @Test
  void without_annotations_the_classes_are_the_same() throws IOException {
    GeneratedProject project = new GeneratedProject(4, 2);
    List<Path> annotated = project.write(folder.resolve("annotated"), true);
    List<Path> plain = project.write(folder.resolve("plain"), false);

    for (int i = 0; i < plain.size(); i++) {
      assertThat(text(annotated.get(i)).replaceAll("@dev\\.throttle\\S+\\(.*\\)", ""))
          .isEqualTo(text(plain.get(i)));
    }
  }

  @Test
  void more_methods_than_classes_are_refused() {
    assertThatThrownBy(() -> new GeneratedProject(4, 5))
        .hasMessage("methods must be from 1 to the number of classes, 4, but was 5");
  }

  @Test
  void the_woven_build_has_an_index_and_woven_bodies() throws IOException {
    Path sources = folder.resolve("sources");
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path aspects = folder.resolve("aspects");
    new GeneratedProject(6, 3).write(sources, true);
    Aspects.copyTo(aspects);

    Build.WOVEN.run(sources, classes, aspects);

    Path index = classes.resolve("META-INF/throttle/index.tsv");
    assertThat(text(index).lines().filter(line -> line.startsWith("method\t"))).hasSize(3);
    try (Stream<Path> files = Files.list(classes.resolve("generated"))) {
      assertThat(
              files
                  .filter(file -> file.getFileName().toString().matches("Part\\d+\\.class"))
                  .filter(file -> text(file).contains("dev/throttle/aspect/")))
          .hasSize(3);
    }
  }

  @Test
  void a_run_leaves_a_report_of_builds_and_starts() throws Exception {
    Path json = folder.resolve("weaving.json");

    int exitCode =
        Main.commandLine()
            .execute(
                "weaving",
                "--classes=6",
                "--methods=3",
                "--rounds=1",
                "--forks=1",
                "--json=" + json);

    assertThat(exitCode).isZero();
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
    assertThat(rows.findValuesAsText("name"))
        .containsExactly(
            "javac",
            "javac, processor",
            "javac, processor, ajc",
            "without Throttle",
            "woven",
            "woven, throttle.weaving=silent");
    assertThat(rows.findValues("millis")).allMatch(millis -> millis.asDouble() > 0);
  }

  @Test
  void the_median_is_shown_beside_the_first_row() {
    assertThat(
            WeavingRow.table(
                "build",
                List.of(
                    WeavingRow.of("javac", List.of(3_000_000_000L, 1_000_000_000L, 2_000_000_000L)),
                    WeavingRow.of("ajc", List.of(2_000_000_000L, 4_000_000_000L)))))
        .hasToString(
            """
            | build | median ms | least |  most | over the first | ratio |
            | ----- | --------: | ----: | ----: | -------------: | ----: |
            | javac |     2,000 | 1,000 | 3,000 |              0 |  1.00 |
            | ajc   |     3,000 | 2,000 | 4,000 |          1,000 |  1.50 |
            """);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
