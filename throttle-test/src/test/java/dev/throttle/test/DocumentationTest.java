package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation shows is code that compiles and runs: {@link ExamplesTest}. */
class DocumentationTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Pattern FENCED = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVADOC =
      Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);

  @Test
  void every_example_of_the_guide_is_code_of_a_test() throws IOException {
    List<String> examples = examples(FENCED, MODULE.resolve("../docs/testing.md"));

    assertThat(examples).hasSize(9);
    assertAllRun(examples);
  }

  @Test
  void every_example_of_the_javadoc_is_code_of_a_test() throws IOException {
    List<String> examples = new ArrayList<>();
    try (Stream<Path> sources = Files.list(MODULE.resolve("src/main/java/dev/throttle/test"))) {
      for (Path source : sources.toList()) {
        examples.addAll(examples(JAVADOC, source));
      }
    }

    assertThat(examples).hasSize(3);
    assertAllRun(examples);
  }

  private static List<String> examples(Pattern pattern, Path page) throws IOException {
    return pattern
        .matcher(Files.readString(page))
        .results()
        .map((MatchResult result) -> withoutLayout(result.group(1)))
        .toList();
  }

  private static void assertAllRun(List<String> examples) throws IOException {
    String tests =
        withoutLayout(
            Files.readString(MODULE.resolve("src/test/java/dev/throttle/test/ExamplesTest.java")));
    assertThat(examples)
        .allSatisfy(example -> assertThat(example).isNotBlank().isSubstringOf(tests));
  }

  /** A page breaks and indents lines in its own way. */
  private static String withoutLayout(String code) {
    return code.replaceAll("(?m)^ \\* ?", "").replaceAll("\\s+", " ").strip();
  }
}
