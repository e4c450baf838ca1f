package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name is one bucket, or one bucket per key, for all who pass it. */
class KeyedTest {

  private static final String IMPORT = "import dev.throttle.annotation.*;\n";

  @Test
  void keyedBuckets_areSoInTheIndex() throws IOException {
    Build build =
        Build.of(
            IMPORT
                + """
                @Throttle(value = "type", limit = 99, period = "PT1S")
                interface Api {
                  @Throttle(value = "own", limit = 9, period = "PT1S")
                  @Throttle(value = "fair", limit = 9, period = "PT1S", fairBy = "t")
                  void call(@ThrottleKey(name = "t") int tenant, @ThrottleKey int user);

                  void other();

                  @Throttle("own")
                  void third(@ThrottleKey("length") String name);
                }
                """,
            IMPORT
                + """
                @Throttle(value = "nobody's", limit = 9, period = "PT1S")
                @interface Unused {}
                """);

    assertThat(build.messages()).isEmpty();
    assertThat(build.index().lines().filter(line -> line.startsWith("bucket")))
        .containsExactly(
            "bucket\tfair\t\t\tfalse\t9\tPT1S\t\t\t\t\t",
            "bucket\tnobody's\t\t\t\t9\tPT1S\t\t\t\t\t",
            "bucket\town\t\t\ttrue\t9\tPT1S\t\t\t\t\t",
            "bucket\ttype\t\t\tfalse\t99\tPT1S\t\t\t\t\t");
  }

  @Test
  void keyedHereAndNotThere_isSaidOncePerBucket_atTheMethod() {
    Build build =
        Build.of(
            IMPORT
                + """
                @Throttle(value = "type", limit = 9, period = "PT1S")
                interface Api {
                  void call();

                  void keyed(@ThrottleKey(buckets = "type") int tenant);

                  void alsoKeyed(@ThrottleKey(buckets = "type") int tenant);
                }
                """);

    assertThat(build.messages())
        .containsExactly(
            "Api.java:6:8: error: [THROTTLE-038] @Throttle(\"type\") of its type on Api.keyed(int):"
                + " bucket 'type' is one per key here, but one for all on Api.call(). Fix: give each"
                + " method that passes it a @ThrottleKey, or none, or take another name here.");
  }

  @Test
  void keyWithAWrongBucket_isTheOnlyReport() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 9, period = "PT1S")
                  void call(@ThrottleKey int tenant);

                  @Throttle("a")
                  void again(@ThrottleKey(buckets = "A") int tenant);
                }
                """);

    assertThat(build.messages()).singleElement().asString().contains("[THROTTLE-030]");
  }

  @Test
  void keyedInADependency_andNotHere_isSaid(@TempDir Path directory) throws IOException {
    Path dependency =
        Build.of(
                IMPORT
                    + """
                    interface Api {
                      @Throttle(value = "keyed", limit = 9, period = "PT1S")
                      void call(@ThrottleKey int tenant);

                      @Throttle(value = "whole", limit = 9, period = "PT1S")
                      void again();
                    }
                    """,
                IMPORT
                    + """
                    @Throttle(value = "open", limit = 9, period = "PT1S")
                    @interface Limits {}
                    """)
            .writeTo(directory);

    Build build =
        Build.against(
            List.of(dependency),
            IMPORT
                + """
                interface Mine {
                  @Throttle("keyed")
                  @Throttle("whole")
                  @Throttle("open")
                  void right(@ThrottleKey(buckets = {"keyed", "open"}) int tenant);

                  @Throttle("keyed")
                  void wrong();

                  @Throttle(value = "whole", limit = 9, period = "PT1S")
                  void wrongToo(@ThrottleKey int tenant);
                }
                """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(". Fix")))
        .containsExactly(
            "Mine.java:8:3: error: [THROTTLE-038] @Throttle(\"keyed\") on Mine.wrong(): bucket"
                + " 'keyed' is one for all here, but one per key on Mine.right(int)",
            "Mine.java:11:3: error: [THROTTLE-038] @Throttle(\"whole\") on Mine.wrongToo(int): bucket"
                + " 'whole' is one per key here, but one for all on Mine.right(int)");
  }

  @Test
  void alwaysOtherwiseThanADependency_isSaid(@TempDir Path directory) throws IOException {
    Path dependency =
        Build.of(
                IMPORT
                    + """
                    interface Api {
                      @Throttle(value = "keyed", limit = 9, period = "PT1S")
                      void call(@ThrottleKey int tenant);
                    }
                    """)
            .writeTo(directory);

    Build build =
        Build.against(
            List.of(dependency),
            IMPORT + "interface Mine {\n  @Throttle(\"keyed\")\n  void wrong();\n}\n");

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("bucket 'keyed' is one for all here, but one per key in a dependency. Fix: ");
  }
}
