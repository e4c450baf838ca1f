package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the documentation shows is code that compiles and runs: that of tests, of this module or of
 * the one that has what a page is about.
 */
class DocumentationTest {

  private static final Path PROJECT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  private static final Pattern FENCED =
      Pattern.compile("```(?:java|kotlin|text)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVADOC =
      Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);
  private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\|.*$");
  private static final Pattern CODE_WITH_VALUES = Pattern.compile("`([^`]* = [^`]*)`");
  private static final Pattern SPACE = Pattern.compile(" ");
  private static final Pattern BLANK_LINE = Pattern.compile("\n\\s*\n");

  @ParameterizedTest
  @CsvSource({
    "testing.md, throttle-test/src/test/java/dev/throttle/test",
    "clients.md, throttle-clients/src/test/java/dev/throttle/clients",
    "kotlin.md, throttle-kotlin/src/test/kotlin/dev/throttle/kotlin/woven",
    "signals.md, throttle-clients/src/test/java/dev/throttle/clients/signal",
    "remote.md, throttle-remote/throttle-remote-redis/src/test/java/dev/throttle/remote/redis"
        + " throttle-remote/throttle-remote-postgres/src/test/java/dev/throttle/remote/postgres",
    "stores.md, throttle-remote/throttle-remote-lease/src/test/java/dev/throttle/remote/lease/contract",
    "server.md, throttle-remote/throttle-remote-http/src/test/java/dev/throttle/remote/http",
    "limits.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "providers.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "composition.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "keys.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "priorities.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "live.md, demo-app/src/test/java/dev/throttle/demo/guides",
    "spring.md, throttle-spring-boot-starter/src/test/java/dev/throttle/spring",
    "spring-demo.md, demo-app/spring/src/main/java/dev/throttle/demo/spring",
    "production.md, demo-app/src/test/java/dev/throttle/demo/guides",
  })
  void every_example_of_a_page_is_code_of_a_test(String page, String folders) throws IOException {
    String text = Files.readString(PROJECT.resolve("docs").resolve(page));
    List<String> examples = new ArrayList<>(examples(FENCED, text));
    for (String row : TABLE_ROW.matcher(text).results().map(row -> row.group()).toList()) {
      examples.addAll(examples(CODE_WITH_VALUES, row));
    }

    List<String> tests = new ArrayList<>();
    for (String folder : SPACE.splitAsStream(folders).toList()) {
      tests.addAll(sources(PROJECT.resolve(folder)));
    }
    assertAllRun(examples, tests);
  }

  @Test
  void every_example_of_a_client_in_the_readme_is_code_of_a_test() throws IOException {
    String readme = Files.readString(PROJECT.resolve("README.md"));
    int begin = readme.indexOf("## Your client");

    assertAllRun(
        examples(FENCED, readme.substring(begin)),
        sources(PROJECT.resolve("throttle-clients/src/test/java/dev/throttle/clients")));
  }

  @ParameterizedTest
  @CsvSource({
    "throttle-test, dev/throttle/test",
    "throttle-clients, dev/throttle/clients/signal",
    "throttle-clients, dev/throttle/clients/rule",
    "throttle-clients, dev/throttle/clients/http",
    "throttle-clients, dev/throttle/clients/okhttp",
    "throttle-clients, dev/throttle/clients/resilience4j",
    "throttle-clients, dev/throttle/clients/apache",
    "throttle-remote/throttle-remote-redis, dev/throttle/remote/redis",
    "throttle-remote/throttle-remote-postgres, dev/throttle/remote/postgres",
    "throttle-remote/throttle-remote-http, dev/throttle/remote/http",
  })
  void every_example_of_the_javadoc_is_code_of_a_test(String module, String folder)
      throws IOException {
    List<String> examples = new ArrayList<>();
    for (String source :
        sources(PROJECT.resolve(module).resolve("src/main/java").resolve(folder))) {
      examples.addAll(examples(JAVADOC, source));
    }

    assertAllRun(
        examples, sources(PROJECT.resolve(module).resolve("src/test/java").resolve(folder)));
  }

  private static List<String> examples(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static List<String> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).map(DocumentationTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertAllRun(List<String> examples, List<String> sources) {
    List<String> tests = sources.stream().map(DocumentationTest::withoutLayout).toList();
    assertThat(examples).isNotEmpty().noneMatch(String::isBlank);
    assertThat(examples)
        .filteredOn(example -> tests.stream().noneMatch(test -> has(test, example)))
        .as("examples that no test runs")
        .isEmpty();
  }

  /** What is between blank lines stands in one source, in this order; a page leaves some out. */
  private static boolean has(String test, String example) {
    int from = 0;
    for (String part : BLANK_LINE.splitAsStream(example).toList()) {
      String wanted = withoutLayout(part);
      int at = test.indexOf(wanted, from);
      if (at < 0) {
        return false;
      }
      from = at + wanted.length();
    }
    return true;
  }

  /** A page breaks and indents lines in its own way. */
  private static String withoutLayout(String code) {
    return code.replaceAll("(?m)^ \\* ?", "")
        .replaceAll("\"\\s+\\+ \"", "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
