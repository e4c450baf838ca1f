package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingMarkerTest {

  static class Prices {
    @Throttle(value = "woven", limit = 1, period = "PT1H")
    void quote() {}
  }

  @TempDir Path jar;

  /**
   * As in a native image, where nothing makes the marker known by its name; or after a shrinker.
   */
  @Test
  void a_class_whose_marker_cannot_be_found_is_advised() throws Exception {
    Path index = jar.resolve("META-INF/throttle/index.tsv");
    Files.createDirectories(index.getParent());
    Files.writeString(
        index,
        "throttle-index\t2\n"
            + "method\tBODY\t"
            + Prices.class.getName()
            + "\tquote\t()\twoven\n"
            + "marker\tdev.throttle.spring.ThereIsNoSuchMarker\n");
    AnnotatedMethods methods =
        new AnnotatedMethods(
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader()));
    assertThat(methods.contain(Prices.class.getDeclaredMethod("quote"), Prices.class)).isTrue();
  }
}
