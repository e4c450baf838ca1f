package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
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
    assertThat(Versions.MODULES).containsAll(published);
  }
}
