package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VersionsTest {

  private static final Path BOM =
      Path.of(System.getProperty("basedir", "")).resolve("../throttle-bom/pom.xml");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>dev\\.throttle</groupId>\\s*<artifactId>([\\w-]+)<");

  /** These do not run with an application. */
  private static final List<String> TOOLS = List.of("throttle-processor", "throttle-tools");

  @Test
  void all_published_modules_are_compared() throws IOException {
    List<String> published =
        DEPENDENCY
            .matcher(Files.readString(BOM))
            .results()
            .map(found -> found.group(1))
            .filter(module -> !TOOLS.contains(module))
            .toList();
    assertThat(published).contains("throttle-core");
    assertThat(Versions.MODULES).containsKeys(published.toArray(String[]::new));
  }

  /** By its source, since not all of them are on the class path of these tests. */
  @Test
  void each_module_has_the_class_that_it_is_known_by() throws IOException {
    Path root = BOM.getParent().getParent();
    for (Map.Entry<String, String> module : Versions.MODULES.entrySet()) {
      String source = module.getValue().replaceAll("(Kt)?\\.class$", "");
      try (Stream<Path> folders =
              Files.find(root, 2, (path, is) -> path.endsWith(module.getKey()));
          Stream<Path> files = Files.walk(folders.findFirst().orElseThrow().resolve("src/main"))) {
        assertThat(files.map(Path::toString).map(file -> file.replace('\\', '/')))
            .as(module.getKey())
            .anyMatch(file -> file.contains("/" + source + "."));
      }
    }
  }
}
