package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.StandardLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Athrottle.names}, and THROTTLE-044. */
class NamesTest {

  private static final List<String> OPTION = List.of("-Athrottle.names=BucketNames");

  private static final String API =
      """
      package com.acme;

      import dev.throttle.annotation.*;

      @Throttle(value = "api.foo.com", limit = 100, period = "PT15M")
      public interface Api {
        @Throttle(value = "api.foo.com/users", limit = 10, period = "PT1S", also = @Limit(limit = 1000, period = "P1D"))
        void users();

        @Throttle(BucketNames.API_FOO_COM_USERS)
        void again();
      }
      """;

  @Test
  void eachBucketOfThePackage_isAConstant_whichItsOwnAnnotationsMayUse() throws IOException {
    Build build =
        build(
            OPTION,
            API,
            "package com.acme.other;\ninterface Other {\n  @com.acme.Foo void foo();\n}\n",
            """
            package com.acme;

            @dev.throttle.annotation.Throttle(value = "foo", limit = 1, period = "PT0S")
            public @interface Foo {}
            """,
            """
            package live;

            class Live {
              String name = com.acme.BucketNames.API_FOO_COM_USERS + com.acme.other.BucketNames.FOO;
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(source(build, "com/acme/BucketNames.java"))
        .isEqualTo(
            """
            package com.acme;

            /** The buckets that the annotations of this package name; made by throttle-processor. */
            @javax.annotation.processing.Generated("dev.throttle.processor.ThrottleProcessor")
            public final class BucketNames {

              /** Never called. */
              private BucketNames() {}

              /** api.foo.com: 100 per 15 minutes. */
              public static final java.lang.String API_FOO_COM = "api.foo.com";

              /** api.foo.com/users: 10 per second and 1000 per calendar day. */
              public static final java.lang.String API_FOO_COM_USERS = "api.foo.com/users";

              /** foo: 1 at once. */
              public static final java.lang.String FOO = "foo";
            }
            """);
    assertThat(source(build, "com/acme/other/BucketNames.java"))
        .startsWith("package com.acme.other;\n")
        .contains("/** foo: 1 at once. */", "String FOO = \"foo\"")
        .doesNotContain("API_FOO_COM");
    assertThat(build.files()).contains("META-INF/throttle/index.tsv");
  }

  @Test
  void limitsOfADependency_areKnownByName_notThoseOfTheLastBuild(@TempDir Path directory)
      throws IOException {
    Path dependency =
        Build.of(
                """
                @dev.throttle.annotation.Throttle(value = "theirs", limit = 7, period = "PT1S")
                @interface Limits {}
                """)
            .writeTo(directory.resolve("dependency"));
    Path output = directory.resolve("output");
    List<String> options =
        List.of(OPTION.get(0), "-cp", Build.classPath(List.of(output, dependency)));
    String uses =
        """
        @dev.throttle.annotation.Throttle("theirs")
        @dev.throttle.annotation.Throttle("ours")
        interface Api {
          void call();
        }
        """;
    DiskBuild.into(output, options, uses.replace("ours\"", "ours\", limit = 3, period = \"PT1S\""));

    DiskBuild build = DiskBuild.into(output, options, uses);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-014] @Throttle(\"ours\")");
    assertThat(Files.readString(output.resolve("BucketNames.java")))
        .contains("/** theirs: 7 per second. */", "/** ours: defined elsewhere. */");
  }

  @Test
  void withoutTheOption_thereIsNone() {
    Build build = build(List.of(), API.replace("BucketNames.API_FOO_COM_USERS", "\"api.foo.com\""));

    assertThat(build.messages()).isEmpty();
    assertThat(build.files()).noneMatch(file -> file.contains("BucketNames"));
  }

  @Test
  void constants_areMadeOfTheirOwnNameAlone_thoseThatWouldBeEqualOfItsHashToo() {
    assertThat(
            NamesClass.constants(
                List.of("a.b", "a/b", "camelCase/v2", "1st", "--x--", "käse", "價格", "a-b-c")))
        .containsExactly(
            entry("--x--", "X"),
            entry("1st", "BUCKET_1ST"),
            entry("a-b-c", "A_B_C"),
            entry("a.b", "A_B_" + hash("a.b")),
            entry("a/b", "A_B_" + hash("a/b")),
            entry("camelCase/v2", "CAMEL_CASE_V2"),
            entry("käse", "K_SE"),
            entry("價格", "BUCKET_" + hash("價格")));
  }

  private static String hash(String name) {
    return Index.hash(name, 6).toUpperCase(Locale.ROOT);
  }

  @Test
  void namesOfAllKinds_compile_underAllLints() throws IOException {
    Build build =
        build(
            List.of(OPTION.get(0), "-Xlint:all,-processing", "-Xdoclint:all", "-Werror"),
            """
            /** Doc. */
            public interface Api {
              /** Doc. */
              @dev.throttle.annotation.Throttle(
                  value = "*/ <b>ü\\"\\\\u0041 @see {@code} 價",
                  limit = 1,
                  period = "PT1S")
              void call();
            }
            """);

    assertThat(build.messages()).isEmpty();
    assertThat(source(build, "BucketNames.java"))
        .contains(
            "public static final java.lang.String B_U0041_SEE_CODE ="
                + " \"*/ <b>\\u00fc\\\"\\\\u0041 @see {@code} \\u50f9\";");
  }

  @Test
  void packageThatIsThrottledInALaterRound_getsItsClassThen() throws IOException {
    Build build =
        Build.with(
            List.of(OPTION.get(0), "-Xlint:all,-processing", "-Werror"),
            List.of(new ThrottleProcessor(), new Generator()),
            "class User {\n  Generated generated;\n  String name = BucketNames.API_LATER;\n}\n",
            API.replace("limit = 10,", "limit = 9,"));

    assertThat(build.messages()).isEmpty();
    assertThat(source(build, "BucketNames.java")).contains("/** api/later: 1 per second. */");
    assertThat(source(build, "com/acme/BucketNames.java")).contains("API_FOO_COM_USERS");
  }

  @Test
  void besideLombok_thereIsOne() throws ReflectiveOperationException {
    Build build =
        Build.with(
            OPTION,
            List.of(OtherProcessorsTest.lombok(), new ThrottleProcessor()),
            API,
            """
            package com.acme;

            @lombok.Value
            class Named {
              String name = BucketNames.API_FOO_COM_USERS;
            }
            """);

    assertThat(build.messages()).noneMatch(message -> message.contains("error"));
    assertThat(build.files()).contains("com/acme/BucketNames.class");
  }

  @Test
  void namedModule_thatDoesNotReadJavaCompiler(@TempDir Path output) {
    DiskBuild build = namedModule(output);

    assertThat(build.messages()).isEmpty();
    assertThat(output.resolve("com/acme/BucketNames.class")).exists();
  }

  @Test
  void outputOfTheLastBuild_isReplaced(@TempDir Path output) {
    List<String> options =
        List.of(OPTION.get(0), "-cp", output + File.pathSeparator + Build.annotations());

    assertThat(DiskBuild.into(output, options, API).messages()).isEmpty();
    assertThat(DiskBuild.into(output, options, API.replace("10,", "11,")).messages()).isEmpty();
  }

  private static DiskBuild namedModule(Path output) {
    return DiskBuild.into(
        output,
        List.of(OPTION.get(0), "--module-path", Build.annotations().toString()),
        "module shop {\n  requires dev.throttle.annotation;\n}\n",
        API);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "=a.B", "=bucket-names", "=class", "=record", "=1"})
  void badValue_isSaidOnce_withoutAPlace(String value) {
    Build build =
        Build.with(
            List.of("-Athrottle.names" + value),
            List.of(new ThrottleProcessor(), new Generator()),
            "class User {\n  Generated generated;\n}\n",
            API.replace("BucketNames.API_FOO_COM_USERS", "\"api.foo.com\""));

    assertThat(build.messages())
        .containsExactly(
            "error: [THROTTLE-044] -Athrottle.names="
                + value.replace("=", "")
                + ": it must be the simple name of a class. Fix: write for example"
                + " -Athrottle.names=BucketNames.");
  }

  @Test
  void nameOfAClassAmongTheSources_isRefused() {
    Build build =
        build(
            OPTION,
            API.replace("BucketNames.API_FOO_COM_USERS", "\"api.foo.com\""),
            "package com.acme;\n\nclass BucketNames {}\n");

    assertThat(build.messages())
        .containsExactly(DiagnosticsPage.sections().get("THROTTLE-044").message());
  }

  @Test
  void nameOfAClassOnTheClassPath_isRefused(@TempDir Path main) throws IOException {
    build(OPTION, API).writeTo(main);

    Build tests =
        Build.with(
            List.of(OPTION.get(0), "-cp", Build.classPath(List.of(main))),
            List.of(new ThrottleProcessor()),
            API.replace("interface Api", "interface TestApi"));

    assertThat(tests.messages())
        .containsExactly(DiagnosticsPage.sections().get("THROTTLE-044").message());
  }

  private static Build build(List<String> options, String... sources) {
    return Build.with(options, List.of(new ThrottleProcessor()), sources);
  }

  private static String source(Build build, String path) throws IOException {
    return build
        .compilation()
        .generatedFile(StandardLocation.SOURCE_OUTPUT, path)
        .orElseThrow()
        .getCharContent(false)
        .toString();
  }
}
