package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and costs on parameters, and {@code fairBy}. */
class ParameterReportTest {

  private static final String API =
      """
      import dev.throttle.annotation.*;
      import java.util.List;
      import java.util.function.Supplier;

      @Throttle(value = "type", limit = 99, period = "PT1S")
      interface Api {
        class Tenant {
          public final long id = 1;
          public static final long COUNT = 1;
          private String name = "";
          long shop() { return 1; }
          private long getShop() { return 1; }
          public String getName() { return name; }
          public Boolean isPaying() { return true; }
          public void close() {}
          public static Tenant any() { return null; }
          public long of(long other) { return other; }
          public byte[] token() { return null; }
        }

        record Box<T>(T value, List<? extends T> values) {}

        interface Session extends Supplier<Tenant> {
          int size();
        }

        @Throttle(value = "own", limit = 9, period = "PT1S")
        METHOD
      }
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "void call(@ThrottleKey long id);",
        "void call(@ThrottleKey Object any, @ThrottleCost Integer cost);",
        "void call(@ThrottleKey(\"id\") Tenant tenant, @ThrottleCost(\"id\") Tenant again);",
        "void call(@ThrottleKey(\"name\") Tenant tenant);",
        "void call(@ThrottleKey(\"paying\") Tenant tenant);",
        "void call(@ThrottleKey(\"getName\") Tenant tenant);",
        "void call(@ThrottleKey(\"value.id\") Box<Tenant> box, @ThrottleCost(\"value.id\") Box<? extends Tenant> b);",
        "void call(@ThrottleCost(\"value.value.size\") Box<Box<Session>> box);",
        "void call(@ThrottleKey(\"get.name\") Session session, @ThrottleCost(\"size\") Session s);",
        "<T extends Session & Comparable<T>> void call(@ThrottleKey(\"get.id\") T session);",
        "<S extends Session, T extends S> void call(@ThrottleCost(\"size\") T session);",
        "<N extends Integer> void call(@ThrottleCost N cost);",
        "void call(@ThrottleKey(\"name.length\") Tenant tenant);",
        "void call(@ThrottleKey int a, @ThrottleKey(\"name\") Tenant b);",
        "void call(@ThrottleKey(buckets = {\"own\", \"type\"}) int a);",
        "void call(@ThrottleCost short a, @ThrottleCost(buckets = \"type\") byte b);",
        "@Throttle(value = \"fair\", limit = 9, period = \"PT1S\", fairBy = \"t\") void call(@ThrottleKey(name = \"t\") int a);",
        "@Throttle(value = \"fair\", limit = 9, period = \"PT1S\", fairBy = \"t\") void call(@ThrottleKey(name = \"t\", buckets = \"own\") int a);",
        "void call(@ThrottleKey(name = \"unused, but a key\") int a);",
        "@Throttle(value = \"cost\", limit = 9, period = \"PT1S\", cost = 2) void call(@ThrottleCost(buckets = \"own\") int a);",
      })
  void whatIsAllowed_saysNothing(String method) {
    assertThat(messages(method)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "void call(@ThrottleKey(\"shop\") Tenant t); | 031 | Tenant.shop() is not public. Fix: ",
        "void call(@ThrottleKey(\"COUNT\") Tenant t); | 031 | Tenant.COUNT is static. Fix: ",
        "void call(@ThrottleKey(\"any\") Tenant t); | 031 | Tenant.any() is static. Fix: ",
        "void call(@ThrottleKey(\"close\") Tenant t); | 031 | Tenant.close() returns nothing. Fix: ",
        "void call(@ThrottleKey(\"of\") Tenant t); | 031 | Tenant has no property 'of'. Fix: ",
        "void call(@ThrottleKey(\"name.size\") Tenant t); | 031 | String has no property 'size'. Fix: ",
        "void call(@ThrottleKey(\"id.x\") Tenant t); | 031 | long has no property 'x'. Fix: ",
        "void call(@ThrottleKey(\"name.\") Tenant t); | 031 | String has no property ''. Fix: ",
        "void call(@ThrottleKey(\"length\") int[] t); | 031 | int[] has no property 'length'. Fix: ",
        "void call(@ThrottleKey(\"value.nam\") Box<Tenant> t); | 031 | Tenant has no property 'nam'. Fix: ",
        "void call(@ThrottleKey(\"token\") Tenant t); | 035 | and arrays (byte[]) have none. Fix: ",
        "void call(@ThrottleKey String... t); | 035 | and arrays (String[]) have none. Fix: ",
        "void call(@ThrottleCost(\"name\") Tenant t); | 032 | one of their boxes, and not String. Fix: ",
        "void call(@ThrottleCost(\"values\") Box<Integer> t); | 032 | one of their boxes, and not List. Fix: ",
        "void call(@ThrottleCost char t); | 032 | one of their boxes, and not char. Fix: ",
        "void call(@ThrottleKey(buckets = {\"own\", \"owm\"}) int t); | 030 | the method does not pass a bucket of this name. Fix: name one that it passes (type, own)",
        "void call(@ThrottleCost(buckets = \"owm\") int t); | 030 | the method does not pass a bucket of this name",
        "void call(@ThrottleCost int a, @ThrottleCost(buckets = {\"type\", \"own\"}) int t); | 033 | another parameter is the cost of bucket 'own' already",
        "@Throttle(value = \"cost\", limit = 9, period = \"PT1S\", cost = 2) void call(@ThrottleCost int t); | 034 | bucket 'cost' has a fixed cost of 2. Fix: ",
        "void call(@ThrottleKey(name = \"k\") int a, @ThrottleKey(name = \"k\", buckets = \"type\") int t); | 037 | another key of this method",
      })
  void mistakeOfAParameter_isSaidOnce_atTheParameter(String method, String id, String text) {
    assertThat(messages(method))
        .singleElement()
        .asString()
        .matches("Api\\.java:28:\\d+: error: .*")
        .contains("[THROTTLE-" + id + "] @Throttle", " on parameter t of Api.call(")
        .contains(text);
  }

  @Test
  void bucketNotPassed_isSaidAtTheEntry() {
    assertThat(messages("void call(@ThrottleKey(buckets = {\"own\", \"owm\"}) int t);"))
        .singleElement()
        .asString()
        .startsWith(
            "Api.java:28:44: error: [THROTTLE-030] @ThrottleKey(buckets = \"owm\") on parameter t of"
                + " Api.call(int): ");
  }

  @Test
  void keyOrCostOfNoBucket_isSaidOncePerMethod() {
    Build build =
        Build.of(
            """
            import dev.throttle.annotation.*;

            @Throttle(value = "a", limit = 9, period = "PT1S")
            class Api {
              Api(@ThrottleKey int a, @ThrottleKey int b) {}

              void call(@ThrottleKey int a, String b) {}

              void cost(@ThrottleCost int a) {}

              @Throttle(value = "b", limit = 9, period = "PT1S", fairBy = "t")
              void fair(@ThrottleKey(name = "t") int a, @ThrottleKey int b) {}

              public boolean equals(@ThrottleKey Object other) {
                return false;
              }

              static class Inner {
                void call(@ThrottleCost int a, @ThrottleKey int b) {}
              }
            }
            """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(". Fix")))
        .containsExactly(
            "Api.java:5:7: error: [THROTTLE-029] @ThrottleKey on parameter a of Api(int, int): the"
                + " method is not throttled",
            "Api.java:7:13: error: [THROTTLE-029] @ThrottleKey on parameter a of Api.call(int, String):"
                + " it is for the buckets that the method itself declares, and there are none",
            "Api.java:9:13: error: [THROTTLE-029] @ThrottleCost on parameter a of Api.cost(int): it is"
                + " for the buckets that the method itself declares, and there are none",
            "Api.java:12:45: error: [THROTTLE-029] @ThrottleKey on parameter b of Api.fair(int, int):"
                + " it is for no bucket, since each that the method itself declares has fairBy",
            "Api.java:14:25: error: [THROTTLE-029] @ThrottleKey on parameter other of"
                + " Api.equals(Object): the method is not throttled",
            "Api.java:19:15: error: [THROTTLE-029] @ThrottleCost on parameter a of"
                + " Api.Inner.call(int, int): the method is not throttled");
  }

  @Test
  void keyOnARecordsComponent_isSaid() {
    Build build = Build.of("record Api(@dev.throttle.annotation.ThrottleKey String tenant) {}\n");

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-029] @ThrottleKey on parameter tenant of Api(String): ");
  }

  @Test
  void fairBy_ofTypeAndMetaAnnotation_maySkipMethods_ofTheMethodItself_mayNot() throws IOException {
    Build build =
        Build.of(
            """
            import dev.throttle.annotation.*;

            @Throttle(value = "meta", limit = 9, period = "PT1S", fairBy = "tenant")
            @interface Fair {}
            """,
            """
            import dev.throttle.annotation.*;

            @Throttle(value = "type", limit = 9, period = "PT1S", fairBy = "tenant")
            interface Api {
              @Fair
              void one(@ThrottleKey(name = "tenant") int tenant);

              @Fair
              void other(int tenant);

              @Throttle(value = "own", limit = 9, period = "PT1S", fairBy = "tenent")
              void wrong(@ThrottleKey(name = "tenant") int tenant);
            }
            """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith(
            "Api.java:11:65: error: [THROTTLE-036] @Throttle(fairBy = \"tenent\") on Api.wrong(");
  }

  @Test
  void mistakesThatJavacReports_areLeftToIt() {
    assertThat(
            messages(
                "void call(@ThrottleKey(\"id\") Missing a, @ThrottleKey(1) int b, @ThrottleCost Gone c);"))
        .isNotEmpty()
        .noneMatch(message -> message.contains("THROTTLE-"));
  }

  private static List<String> messages(String method) {
    return Build.of(API.replace("METHOD", method)).messages();
  }
}
