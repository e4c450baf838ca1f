package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Configuration.Setting;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/configuration.md shows is what happens. */
class ConfigurationPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).resolve("../docs/configuration.md");
  private static final Pattern ELEMENT = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
  private static final Pattern FILE =
      Pattern.compile("```properties\n(.*?)\n```\n(?:\n```text\n(.*?)\n```)?", Pattern.DOTALL);
  private static final Pattern VARIABLE = Pattern.compile("```sh\n(\\w+)=(.*)\n```");
  private static final List<String> KNOWN =
      List.of("api.foo.com", "api.foo.com/users", "http://localhost:8080/my api");

  private static List<MatchResult> find(Pattern pattern) throws IOException {
    return pattern.matcher(Files.readString(PAGE)).results().toList();
  }

  private static void load(String file) throws IOException {
    Properties read = new Properties();
    read.load(new StringReader(file));
    Map<String, String> lines = new HashMap<>();
    read.stringPropertyNames().forEach(key -> lines.put(key, read.getProperty(key)));
    Configuration.of(lines, "file:/app/throttle.properties").check(KNOWN);
  }

  @Test
  void every_element_is_in_the_table_and_nothing_else() throws IOException {
    assertThat(find(ELEMENT).stream().map(row -> row.group(1)))
        .containsExactlyElementsOf(Element.all().keySet());
  }

  @Test
  void the_files_are_right_or_answered_as_shown() throws IOException {
    List<MatchResult> files = find(FILE);
    assertThat(files).hasSize(14);
    for (MatchResult file : files) {
      String answer = file.group(2);
      if (answer == null) {
        load(file.group(1));
      } else {
        assertThatThrownBy(() -> load(file.group(1))).hasMessage(answer);
      }
    }
  }

  @Test
  void the_variable_is_right() throws IOException {
    List<MatchResult> variables = find(VARIABLE);
    assertThat(variables).hasSize(1);
    ConfigurationReader reader = new ConfigurationReader();
    reader.addVariable(
        new Setting("environment variable", variables.get(0).group(1), variables.get(0).group(2)),
        KNOWN);
    assertThat(reader.configuration().settings("api.foo.com/users")).containsOnlyKeys("maxWait");
  }
}
