package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets that the class path defines: jars, directories, and the output of the last build. */
class DependenciesTest {

  @TempDir Path directory;

  @Test
  void bucketOfTheSecondJar_isFound_itsLimitBindsTheCost() throws IOException {
    Path first = jar(dependency("first", "one", 10));
    Path second = jar(dependency("second", "two ü", 20));

    assertThat(build(List.of(first, second), "@Throttle(value = \"two ü\", cost = 20)").messages())
        .isEmpty();
    assertThat(build(List.of(first, second), "@Throttle(value = \"two ü\", cost = 21)").messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-011]", "bucket 'two ü' is 20 per second");
    assertThat(build(List.of(first, second), "@Throttle(\"three\")").messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-014]");
  }

  @Test
  void outputOfTheLastBuild_isNotTakenForADependency() throws IOException {
    Path output = directory.resolve("out");
    List<Path> path = List.of(output);
    build(path, "@Throttle(value = \"one\", limit = 1, period = \"PT1S\")");

    assertThat(build(path, "@Throttle(value = \"one\", limit = 2, period = \"PT1S\")").messages())
        .isEmpty();
    assertThat(build(path, "@Throttle(\"one\")").messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-014]");
  }

  @Test
  void outputOfTheLastBuild_doesNotHideADependency() throws IOException {
    Path dependency = dependency("first", "one", 10);
    List<Path> path = List.of(directory.resolve("out"), dependency);
    build(path, "@Throttle(value = \"one\", limit = 10, period = \"PT1S\")");

    assertThat(build(path, "@Throttle(\"one\")").messages()).isEmpty();
    assertThat(build(path, "@Throttle(value = \"one\", limit = 2, period = \"PT1S\")").messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-013]");
  }

  @Test
  void metaAnnotationOfAJarWithoutIndex_definesItsBucketHere() throws IOException {
    Path jar =
        Build.with(
                List.of("-proc:none"),
                List.of(),
                """
                package first;

                @dev.throttle.annotation.Throttle(value = "one", limit = 1, period = "PT1S")
                public @interface FirstApi {}
                """)
            .writeTo(directory.resolve("meta"));

    DiskBuild build = build(List.of(jar), "@first.FirstApi @Throttle(\"one\")");

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .isEqualTo(
            """
            throttle-index\t2
            method\tINTERFACE\tApi\tcall\t()V\tone
            marker\tApi_ThrottleWoven
            """);
  }

  @Test
  void allPartsOfADefinition_areComparedWithTheDependency() throws IOException {
    String definition =
        "limit = 10, period = \"PT1S\", algorithm = Algorithm.TOKEN_BUCKET, burst = 20, reserve = 5,"
            + " also = @Limit(limit = 99, period = \"P1D\", zone = \"Asia/Tokyo\", offset = \"PT1H\")";
    Path dependency =
        Build.of(
                "import dev.throttle.annotation.*;\n@Throttle(value = \"one\", "
                    + definition
                    + ")\n@interface Limits {}\n")
            .writeTo(directory.resolve("first"));

    assertThat(
            build(List.of(dependency), "@Throttle(value = \"one\", " + definition + ")").messages())
        .isEmpty();
    for (String part : List.of("20", "5", "99", "P1D", "Tokyo", "PT1H")) {
      String other =
          definition.replace(part, part.equals("Tokyo") ? "Seoul" : part.replaceAll("\\d+", "7"));
      assertThat(build(List.of(dependency), "@Throttle(value = \"one\", " + other + ")").messages())
          .as(part)
          .singleElement()
          .asString()
          .contains("[THROTTLE-013]");
    }
  }

  @Test
  void indexOfAnotherVersion_isRefused_atTheFirstThatNamesTheBucket() throws IOException {
    Path dependency = dependency("first", "one", 10);
    Path file = dependency.resolve(Index.bucketPath("one"));
    Files.writeString(file, "throttle-index\t1\nbucket\tone\t10\tPT1S\t\t\t\n");

    assertThat(
            Build.against(
                    List.of(dependency),
                    """
                    import dev.throttle.annotation.Throttle;

                    interface OrderApi {
                      @Throttle("one")
                      void order(long id);

                      @Throttle(value = "one", limit = 1, period = "PT1S")
                      void list();
                    }
                    """)
                .messages())
        .containsExactly(DiagnosticsPage.sections().get("THROTTLE-039").message());
  }

  @Test
  void outputOfAnotherVersionsBuild_isForgotten() throws IOException {
    List<Path> path = List.of(directory.resolve("out"));
    build(path, "@Throttle(value = \"one\", limit = 1, period = \"PT1S\")");
    String old = "throttle-index\t1\nbucket\tone\t10\tPT1S\t\t\t\n";
    Files.writeString(path.get(0).resolve(Index.PATH), old);
    Files.writeString(path.get(0).resolve(Index.bucketPath("one")), old);

    assertThat(build(path, "@Throttle(value = \"one\", limit = 2, period = \"PT1S\")").messages())
        .isEmpty();
  }

  private DiskBuild build(List<Path> dependencies, String annotation) {
    return DiskBuild.into(
        directory.resolve("out"),
        List.of("-cp", Build.classPath(dependencies)),
        "import dev.throttle.annotation.*;\n"
            + "interface Api {\n  "
            + annotation
            + "\n  void call();\n}\n");
  }

  private Path dependency(String name, String bucket, int limit) throws IOException {
    return Build.of(
            String.format(
                Locale.ROOT,
                """
                package %s;

                @dev.throttle.annotation.Throttle(value = "%s", limit = %d, period = "PT1S")
                public @interface Limits {}
                """,
                name,
                bucket,
                limit))
        .writeTo(directory.resolve(name));
  }

  private static Path jar(Path root) throws IOException {
    Path jar = root.resolveSibling(root.getFileName() + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(root.relativize(path).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(path));
      }
    }
    return jar;
  }
}
