package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shape of type and method, and code that is wrong in ways that the compiler reports. */
class RobustnessTest {

  private static final String SHAPES =
      """
      package shapes;

      import dev.throttle.annotation.*;
      import java.util.*;

      @Throttle(value = "api", limit = 9, period = "PT1S")
      sealed interface Shapes<T extends Comparable<? super T> & java.io.Serializable>
          permits Shapes.Leaf, Shapes.Open {

        <R extends T> Map<R, ? extends T[]> call(List<? super R> list, T... rest);

        int call();

        int call(int n);

        long call(int[]... n);

        record Leaf<T extends Comparable<? super T> & java.io.Serializable>(T value)
            implements Shapes<T> {

          @Throttle("api")
          @Override
          public <R extends T> Map<R, ? extends T[]> call(List<? super R> list, T... rest) {
            return null;
          }

          @Throttle("api")
          public int call() {
            return call(1);
          }

          @Throttle("api")
          public int call(int n) {
            return n;
          }

          @Throttle("api")
          public long call(int[]... n) {
            return 1;
          }
        }

        non-sealed interface Open<T extends Comparable<? super T> & java.io.Serializable>
            extends Shapes<T> {}
      }

      class Outer<T> {
        private class Inner<U> {
          @Throttle("api")
          private <V extends T> U one(V v, U[][] u, Outer<T>.Inner<U> self) {
            return null;
          }
        }

        private enum Kind {
          A {
            @Throttle("api")
            @Override
            void call() {}
          };

          @Throttle("api")
          void call() {}
        }

        Runnable local() {
          @Throttle("api")
          class Local implements Runnable {
            public void run() {}
          }
          return new Local();
        }
      }
      """;

  @Test
  void shapesOfAllKinds_areIndexedByTheirErasure() throws IOException {
    Build build = Build.of(SHAPES);

    assertThat(build.messages()).filteredOn(message -> message.contains("THROTTLE-")).isEmpty();
    assertThat(build.index().lines().filter(line -> line.startsWith("method")))
        .containsExactly(
            "method\tBODY\tshapes.Outer$Inner\tone\t(Ljava/lang/Object;[[Ljava/lang/Object;"
                + "Lshapes/Outer$Inner;)Ljava/lang/Object;\tapi",
            "method\tBODY\tshapes.Outer$Kind\tcall\t()V\tapi",
            "method\tBODY\tshapes.Shapes$Leaf\tcall\t()I\tapi",
            "method\tBODY\tshapes.Shapes$Leaf\tcall\t(I)I\tapi",
            "method\tBODY\tshapes.Shapes$Leaf\tcall\t(Ljava/util/List;[Ljava/lang/Comparable;)"
                + "Ljava/util/Map;\tapi",
            "method\tBODY\tshapes.Shapes$Leaf\tcall\t([[I)J\tapi",
            "method\tINTERFACE\tshapes.Shapes\tcall\t()I\tapi",
            "method\tINTERFACE\tshapes.Shapes\tcall\t(I)I\tapi",
            "method\tINTERFACE\tshapes.Shapes\tcall\t(Ljava/util/List;[Ljava/lang/Comparable;)"
                + "Ljava/util/Map;\tapi",
            "method\tINTERFACE\tshapes.Shapes\tcall\t([[I)J\tapi");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") void call(Missing m) throws Gone;",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") <T extends Missing> List<T> call();",
        "@Throttle(value = \"a\", limit = \"1\", period = 5, also = 3) void call();",
        "@Throttle(value = {\"a\", \"b\"}, limit = 1L, period = null) void call();",
        "@Throttle(value = \"a\", limit = 1, limit = 2, period = \"PT1S\") void call();",
        "@Throttle(name = \"a\", limit = 1, period = \"PT1S\") void call();",
        "@Throttle() void call();",
        "@Throttle(value = \"a\", limit = 1 / 0, period = \"PT1S\" + Missing.X) void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"P1D\", algorithm = Algorithm.NONE) void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\", also = @Missing) void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\", also = {@Limit, 1}) void call();",
        "@Throttles(@Override) void call();",
        "@Throttles({@Throttle(value = \"a\", limit = 1, period = \"PT1S\")})"
            + " @Throttle(\"a\") @Throttle(\"a\") void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\")"
            + " void call(@ThrottleKey @ThrottleKey int a);",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") @ThrottleKey void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\")"
            + " void call(@ThrottleKey(value = 1, name = 2, buckets = 3) int a);",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") void call(); void call();",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") int field;",
        "@MissingMeta void call(@MissingKey int a);",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") interface Sub extends Missing, Api {"
            + " void own(); }",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") interface Loop extends Loop {"
            + " void call(); }",
        "class Impl extends Missing implements Api, Gone { @Override public void call() {} }",
        "@interface Self { @Self @Throttle(value = MISSING) Self value(); }",
        "@Throttle(value = \"a\", limit = 1, period = \"PT1S\") void call(",
        "@Throttle(value = \"a\", limit = 1",
      })
  void wrongCode_isLeftToTheCompiler(String member, @TempDir Path directory) throws IOException {
    String source =
        "import dev.throttle.annotation.*;\nimport java.util.List;\n\ninterface Api {\n  "
            + member
            + "\n}\n";

    assertThat(Build.of(source).messages())
        .isNotEmpty()
        .noneMatch(message -> message.contains("[THROTTLE-"));
    assertThat(
            DiskBuild.byEclipse(
                    directory,
                    List.of("--release", "17", "-cp", Build.classPath(List.of())),
                    source)
                .messages())
        .isNotEmpty()
        .noneMatch(message -> message.contains("[THROTTLE-"));
  }
}
