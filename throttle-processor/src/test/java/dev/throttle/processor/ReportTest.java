package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where and how often something is said, beyond one plain mistake on one plain method. */
class ReportTest {

  private static final String IMPORT = "import dev.throttle.annotation.*;\n";

  @Test
  void repeatedAnnotation_eachMistakeAtItsOwnValue() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 1, period = "PT1S")
                  @Throttle(value = "b", limit = 0, period = "PT1S")
                  @dev.throttle.annotation.Throttle("")
                  @Throttle(value = "d", limit = 3)
                  void call(int[] a, java.util.List<String>... b);
                }
                """);

    assertThat(build.messages())
        .filteredOn(message -> message.contains("error"))
        .map(message -> message.substring(0, message.indexOf(':', message.indexOf("on Api"))))
        .containsExactly(
            "Api.java:4:34: error: [THROTTLE-003] @Throttle(limit = 0) on Api.call(int[], List...)",
            "Api.java:5:37: error: [THROTTLE-001] @Throttle(\"\") on Api.call(int[], List...)",
            "Api.java:6:34: error: [THROTTLE-002] @Throttle(limit = 3) on Api.call(int[], List...)");
  }

  @Test
  void metaAnnotation_isNamedAndPointedAt_whereItCannotApply() {
    Build build =
        Build.of(
            IMPORT
                + """
                class Prices {
                  @Throttle(value = "a", limit = 1, period = "PT1S")
                  @interface ThrottledApi {}

                  @ThrottledApi
                  native void quote();
                }
                """);

    assertThat(build.messages())
        .containsExactly(
            "Prices.java:6:3: error: [THROTTLE-015] @ThrottledApi on Prices.quote(): a native method"
                + " has no body to weave. Fix: annotate a Java method that calls it.");
  }

  @Test
  void controlCharacterInAName_isSaidOnce() {
    Build build = Build.of(IMPORT + "interface Api {\n  @Throttle(\"a\\tb\")\n  void call();\n}\n");

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-001]", "must not hold control characters");
  }

  @Test
  void writtenContainer_isReadLikeRepetition() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttles({@Throttle(value = "a", limit = 1, period = "PT1S"), @Throttle("b")})
                  void call();
                }
                """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith("Api.java:3:77: error: [THROTTLE-014] @Throttle(\"b\") on Api.call(): ");
  }

  @ParameterizedTest
  @CsvSource({
    "-PT1S, the period must not be negative, write period = \"PT1S\"",
    "P1M2D, a calendar quota is a number from 1 to 9999 of, write for example period = \"P1D\" or",
    "P1W2D, a calendar quota is a number from 1 to 9999 of, write for example period = \"P1D\" or",
    "P0D, a calendar quota is a number from 1 to 9999 of, write for example period = \"P1D\" or",
    "P-1M, a calendar quota is a number from 1 to 9999 of, write for example period = \"P1D\" or",
    "P10000D, a calendar quota is a number from 1 to 9999 of, write for example period = \"P1D\"",
    "P1DT2H, a calendar quota is a number from 1 to 9999, 'write for example period = \"P1D\" for each day of"
        + " the calendar, or \"PT26H\" for any 26 hours'",
    "'', the period must be an ISO-8601 duration, write for example period = \"PT1M\"",
    "PT, the period must be an ISO-8601 duration, write for example period = \"PT1M\"",
  })
  void period_eachWayToBeWrong_hasItsRuleAndFix(String period, String rule, String fix) {
    assertThat(declared("period = \"" + period + "\", limit = 1").messages())
        .singleElement()
        .asString()
        .contains("@Throttle(period = \"" + period + "\") on Api.call(): " + rule)
        .contains(". Fix: " + fix);
  }

  @ParameterizedTest
  @CsvSource({
    "maxWait, -PT1S, THROTTLE-007, maxWait must not be negative",
    "maxWait, soon, THROTTLE-007, maxWait must be an ISO-8601 duration",
    "countedWithin, -PT1S, THROTTLE-008, countedWithin must not be negative",
    "countedWithin, PT0.0S, THROTTLE-008, countedWithin must be longer than zero",
    "countedWithin, P1M, THROTTLE-008, countedWithin must be an ISO-8601 duration",
  })
  void duration_eachWayToBeWrong(String attribute, String text, String id, String rule) {
    Build build = declared("limit = 1, period = \"PT1S\", " + attribute + " = \"" + text + "\"");

    assertThat(build.messages()).singleElement().asString().contains("[" + id + "]", rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit = 1, period = \"PT0S\"",
        "limit = 2147483647, period = \"PT0.001S\"",
        "limit = 1, period = \"PT1S\", maxWait = \"PT0S\", maxQueue = 0, cost = 1",
        "limit = 1, period = \"PT24H\", maxWait = \"P1D\", countedWithin = \"PT0.5S\"",
        "limit = 1, period = \"pt1s\", algorithm = Algorithm.SLIDING_WINDOW",
        "limit = 1, period = \"PT0S\", algorithm = Algorithm.SLIDING_WINDOW",
        "limit = 1, period = \"P1D\"",
        "limit = 1, period = \"p1w\", zone = \"Z\", countedWithin = \"PT1S\"",
        "limit = 1, period = \"P3M\", offset = \"P89D\", algorithm = Algorithm.FIXED_WINDOW",
        "limit = 1, period = \"P1Y\", zone = \"+02:00\", offset = \"PT0S\"",
        "limit = 1, period = \"PT1H\", offset = \"PT59M\", algorithm = Algorithm.FIXED_WINDOW",
        "limit = 9, period = \"PT1H\", burst = 1, algorithm = Algorithm.LEAKY_BUCKET",
        "limit = 1, period = \"PT1H\", burst = 9, algorithm = Algorithm.TOKEN_BUCKET, cost = 9",
        "limit = 1, period = \"PT1H\", reserve = 99, cost = 1",
        "limit = 100, period = \"PT1H\", reserve = 99, cost = 1",
        "limit = 9, period = \"PT1H\", reserve = 0, also = {}",
        "limit = 9, period = \"PT1S\", also = {@Limit(limit = 9, period = \"P1D\"), @Limit(limit = 8,"
            + " period = \"PT1H\", algorithm = Algorithm.TOKEN_BUCKET, burst = 7)}, cost = 7",
      })
  void edgesOfWhatIsAllowed_sayNothing(String attributes) {
    assertThat(declared(attributes).messages()).isEmpty();
  }

  @Test
  void wrongDefinition_isTheOnlyReport_usesOfItAreNotBlamed() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 0, period = "PT1S")
                  void call();

                  @Throttle("a")
                  void again();

                  @Throttle("a")
                  void third();
                }
                """);

    assertThat(build.messages()).singleElement().asString().contains("[THROTTLE-003]");
  }

  @Test
  void sameDefinitionInOtherWords_agrees() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 1, period = "PT60S", countedWithin = "PT1S")
                  void call();

                  @Throttle(
                      value = "a",
                      limit = 1,
                      period = "PT1M",
                      countedWithin = "PT1.0S",
                      maxQueue = 100_000,
                      algorithm = Algorithm.SLIDING_WINDOW)
                  void again();
                }
                """);

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void definitionsThatDifferInAQueue_sayWhatDiffers_atIt() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 1, period = "PT1H30M")
                  void call();

                  @Throttle(value = "a", limit = 1, period = "PT1H30M", maxQueue = 5)
                  void again();
                }
                """);

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith(
            "Api.java:6:68: error: [THROTTLE-012] @Throttle(maxQueue = 5) on Api.again(): bucket 'a'"
                + " is 1 per 1 hour 30 minutes, at most 5 waiting here, but 1 per 1 hour 30 minutes"
                + " on Api.call(). Fix: ");
  }

  @Test
  void typeLevel_methodThatCannotBeThrottled_isNamedAtTheMethod() {
    Build build =
        Build.of(
            IMPORT
                + """
                @Throttle(value = "a", limit = 1, period = "PT1S")
                class Api {
                  native void call();

                  java.util.concurrent.FutureTask<String> later() {
                    return null;
                  }

                  static class Mine<T> extends java.util.concurrent.CompletableFuture<T> {}

                  Mine<String> mine() {
                    return null;
                  }
                }
                """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(". Fix")))
        .containsExactly(
            "Api.java:4:15: error: [THROTTLE-015] @Throttle(\"a\") of its type on Api.call(): a"
                + " native method has no body to weave",
            "Api.java:6:43: error: [THROTTLE-019] @Throttle(\"a\") of its type on Api.later(): a"
                + " FutureTask cannot be returned before the call starts",
            "Api.java:12:16: error: [THROTTLE-019] @Throttle(\"a\") of its type on Api.mine(): a"
                + " Mine cannot be returned before the call starts");
  }

  @Test
  void warning_isSuppressedFromTheEnclosingType() {
    Build build =
        Build.of(
            IMPORT
                + """
                @SuppressWarnings({"unused", "THROTTLE-020"})
                class Outer {
                  @Throttle(value = "a", limit = 1, period = "PT1S")
                  interface Limits {}
                }
                """);

    assertThat(build.messages()).isEmpty();
  }

  @Test
  void error_isNotSuppressed() {
    Build build =
        Build.of(
            IMPORT
                + """
                @SuppressWarnings("THROTTLE-014")
                interface Api {
                  @Throttle("a")
                  void call();
                }
                """);

    assertThat(build.messages()).singleElement().asString().contains("[THROTTLE-014]");
  }

  @Test
  void mistakesThatJavacReports_areLeftToIt() {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(limit = 1, period = "PT1S")
                  void call();

                  @Throttle(value = "a", limit = NOWHERE, period = 5)
                  Missing again(Missing missing);

                  @Throttle(NOWHERE)
                  @Throttle(value = NOWHERE, limit = 1, period = NOWHERE, fairBy = NOWHERE)
                  void third(@ThrottleKey(value = NOWHERE, name = NOWHERE, buckets = NOWHERE) int a);
                }
                """);

    assertThat(build.messages()).isNotEmpty().noneMatch(message -> message.contains("THROTTLE-"));
  }

  private static Build declared(String attributes) {
    return Build.of(
        IMPORT
            + "interface Api {\n  @Throttle(value = \"a\", "
            + attributes
            + ")\n  void call();\n}\n");
  }
}
