package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compilations of a named module, whose dependencies lie on the module path. */
class NamedModuleTest {

  private static final String META =
      """
      package limits;

      import dev.throttle.annotation.Throttle;

      @Throttle(value = "api.foo.com", limit = 10, period = "PT1S")
      public @interface FooApi {}
      """;

  @Test
  void namedModule_indexIsWritten_markerIsInItsOwnPackage(@TempDir Path output) throws IOException {
    DiskBuild build =
        build(
            output,
            List.of(Build.annotations()),
            """
            module shop {
              requires dev.throttle.annotation;
            }
            """,
            """
            package shop;

            import dev.throttle.annotation.Throttle;

            class Prices {
              @Throttle(value = "api.foo.com", limit = 10, period = "PT1S")
              void quote() {}
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index()).contains("marker\tshop.Prices_ThrottleWoven\n");
    assertThat(output.resolve("shop/Prices_ThrottleWoven.class")).exists();
  }

  @Test
  void namedModule_unknownName_isLeftToTheStart(@TempDir Path output) {
    DiskBuild build =
        build(
            output,
            List.of(Build.annotations()),
            """
            module shop {
              requires dev.throttle.annotation;
            }
            """,
            """
            package shop;

            import dev.throttle.annotation.Throttle;

            class Prices {
              @Throttle("api.foo.com")
              void quote() {}
            }
            """);

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void annotationsNotReadable_isSaidAtTheMetaAnnotation(
      @TempDir Path limits, @TempDir Path output) {
    build(
        limits,
        List.of(Build.annotations()),
        """
            module limits {
              requires dev.throttle.annotation;
              exports limits;
            }
            """,
        META);

    DiskBuild build =
        build(
            output,
            List.of(Build.annotations(), limits),
            """
            module shop {
              requires limits;
            }
            """,
            """
            package shop;

            class Prices {
              @limits.FooApi
              void quote() {}
            }
            """);

    assertThat(build.messages())
        .containsExactly(DiagnosticsPage.sections().get("THROTTLE-021").message());
  }

  private static DiskBuild build(Path output, List<Path> modulePath, String... sources) {
    String path = String.join(File.pathSeparator, modulePath.stream().map(Path::toString).toList());
    return DiskBuild.into(output, List.of("--module-path", path), sources);
  }
}
