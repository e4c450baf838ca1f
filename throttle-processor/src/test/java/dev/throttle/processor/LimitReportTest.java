package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be wrong with the limits of a bucket, one or several, and what goes together. */
class LimitReportTest {

  private static final String IMPORT = "import dev.throttle.annotation.*;\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "burst = 0, algorithm = Algorithm.TOKEN_BUCKET | 023 | burst must be at least 1",
        "burst = 0 | 023 | burst must be at least 1",
        "burst = 5, algorithm = Algorithm.FIXED_WINDOW | 023 | burst belongs to TOKEN_BUCKET and",
        "offset = \"noon\", algorithm = Algorithm.FIXED_WINDOW | 024 | offset must be an ISO-8601",
        "offset = \"-PT1S\", algorithm = Algorithm.FIXED_WINDOW | 024 | offset must not be negative",
        "offset = \"PT1H\", algorithm = Algorithm.FIXED_WINDOW | 024 | must be shorter than the period (1 hour)",
        "offset = \"PT1M\" | 024 | offset belongs to a FIXED_WINDOW or a calendar quota",
        "offset = \"PT1M\", algorithm = Algorithm.TOKEN_BUCKET | 024 | offset belongs to a FIXED_WINDOW",
        "zone = \"UTC\" | 025 | zone belongs to a calendar quota",
        "zone = \"UTC\", algorithm = Algorithm.FIXED_WINDOW | 025 | zone belongs to a calendar quota",
        "zone = \"Mars/Base\" | 025 | there is no such time zone",
        "zone = \"\" | 025 | there is no such time zone",
        "reserve = -1 | 026 | reserve is a percentage of the limit, from 0 to 99",
        "cost = 11 | 011 | could never pass, since bucket 'a' is 10 per hour. Fix: lower the cost to at most 10",
        "cost = 6, burst = 5, algorithm = Algorithm.LEAKY_BUCKET | 011 | is 10 per hour, LEAKY_BUCKET, burst 5. Fix: lower the cost to at most 5",
        "cost = 9, reserve = 20, priority = Priority.NORMAL | 028 | since bucket 'a' is 10 per hour, 20 % in reserve. Fix: lower the cost to at most 8",
        "cost = 9, reserve = 20, priority = Priority.LOW | 028 | a call of less than high priority could never",
        "cost = 11, reserve = 20 | 011 | lower the cost to at most 10",
        "cost = 9, also = @Limit(limit = 8, period = \"P1W\") | 011 | is 10 per hour and 8 per calendar week. Fix: lower the cost to at most 8",
        "cost = 7, also = @Limit(limit = 8, period = \"P2W\"), reserve = 25 | 028 | at most 6",
      })
  void hourlyLimit_eachWayToBeWrong_isSaidOnce(String attributes, String id, String text) {
    assertThat(declared("limit = 10, period = \"PT1H\", " + attributes).messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-" + id + "] @Throttle(", " on Api.call(): ", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "P1D  | algorithm = Algorithm.SLIDING_WINDOW | 027 | period = \"PT24H\" for any 24 hours",
        "P1D  | algorithm = Algorithm.LEAKY_BUCKET, burst = 5 | 027 | is a calendar quota",
        "P1D  | burst = 5 | 023 | burst belongs to",
        "P1D  | offset = \"PT24H\" | 024 | must be shorter than the period (1 day)",
        "P2W  | offset = \"P14D\" | 024 | must be shorter than the period (2 weeks)",
        "P1M  | offset = \"P30D\" | 024 | must be shorter than the period (1 month)",
        "P1D  | offset = \"PT25H\", zone = \"UTC\", algorithm = Algorithm.FIXED_WINDOW | 024 | shorter",
        "PT0S | algorithm = Algorithm.TOKEN_BUCKET, burst = 5 | 027 | a limit of concurrency (period PT0S) has no other",
        "PT0S | algorithm = Algorithm.FIXED_WINDOW, offset = \"PT1H\" | 027 | a limit of concurrency",
        "PT0S | burst = 5 | 023 | burst belongs to",
        "PT0S | countedWithin = \"PT1S\" | 008 | a limit of concurrency (period PT0S) counts a call until",
        "PT0S | cost = 11 | 011 | since bucket 'a' is 10 at once",
        "P3M  | cost = 11, zone = \"Asia/Tokyo\", offset = \"PT9H\" | 011 | is 10 per calendar 3 months in Asia/Tokyo, offset 9 hours.",
      })
  void otherPeriods_eachWayToBeWrong_isSaidOnce(
      String period, String attributes, String id, String text) {
    assertThat(declared("limit = 10, period = \"" + period + "\", " + attributes).messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-" + id + "] @Throttle(", " on Api.call(): ", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@Limit(limit = 0, period = \"PT1H\") | 003 | 5:27 | limit = 0 | limit must be at least 1. Fix: write how many permits there are per period.",
        "@Limit(limit = 1, period = \"1h\") | 005 | 5:39 | period = \"1h\" | the period must be an ISO-8601",
        "@Limit(limit = 1, period = \"P1M1D\") | 006 | 5:39 | period = \"P1M1D\" | a calendar quota is",
        "{@Limit(limit = 1, period = \"PT1H\", countedWithin = \"1s\")} | 008 | 5:64 | countedWithin = \"1s\" | must be",
        "@Limit(limit = 1, period = \"PT1H\", burst = 2) | 023 | 5:55 | burst = 2 | burst belongs to",
        "{@Limit(limit = 1, period = \"P1D\"), @Limit(limit = 1, period = \"P1D\", offset = \"P1D\")} | 024 | 5:91 | offset = \"P1D\" | shorter",
        "@Limit(limit = 1, period = \"PT1H\", zone = \"UTC\") | 025 | 5:54 | zone = \"UTC\" | zone belongs",
        "@Limit(algorithm = Algorithm.LEAKY_BUCKET, limit = 1, period = \"P1D\") | 027 | 5:40 | algorithm = LEAKY_BUCKET | is a calendar",
      })
  void limitInAlso_isCheckedLikeTheDeclaration_atItsOwnPlace(
      String also, String id, String place, String shown, String text) {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "first", limit = 9, period = "PT1S")
                  @Throttle(value = "a", limit = 9, period = "PT1S",
                    also = ALSO)
                  void call();
                }
                """
                    .replace("ALSO", also));

    assertThat(build.messages())
        .singleElement()
        .asString()
        .startsWith(
            "Api.java:"
                + place
                + ": error: [THROTTLE-"
                + id
                + "] @Limit("
                + shown
                + ") on Api.call(): ")
        .contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "algorithm = Algorithm.TOKEN_BUCKET | algorithm = TOKEN_BUCKET",
        "burst = 0 | burst = 0",
        "offset = \"PT1H\" | offset = \"PT1H\"",
        "zone = \"Mars\" | zone = \"Mars\"",
        "also = @Limit(limit = 9, period = \"PT1S\") | also = ...",
        "reserve = 100 | reserve = 100",
      })
  void partOfADefinition_whereTheBucketIsOnlyNamed_isSaidOnce(String attribute, String shown) {
    Build build =
        Build.of(
            IMPORT
                + """
                interface Api {
                  @Throttle(value = "a", limit = 9, period = "PT1S")
                  void call();

                  @Throttle(value = "a", PART)
                  void again();
                }
                """
                    .replace("PART", attribute));

    assertThat(build.messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-022] @Throttle(" + shown + ") on Api.again(): ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit = 9, period = \"PT60S\" | limit = 9, period = \"PT1M\", reserve = 0, also = {}",
        "limit = 9, period = \"P12M\", zone = \"UTC\" | limit = 9, period = \"p12m\", algorithm = Algorithm.FIXED_WINDOW, offset = \"PT0S\"",
        "limit = 9, period = \"PT1S\", algorithm = Algorithm.TOKEN_BUCKET | limit = 9, period = \"PT1S\", algorithm = Algorithm.TOKEN_BUCKET, burst = 9",
        "limit = 9, period = \"PT1S\", also = @Limit(limit = 99, period = \"P7D\") | limit = 9, period = \"PT1S\", also = {@Limit(limit = 99, period = \"P1W\", zone = \"UTC\")}",
      })
  void definitionsInOtherWords_agree(String one, String other) {
    assertThat(declaredTwice(one, other).messages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "period = \"P1D\" | period = \"PT24H\" | period = \"PT24H\" | 9 per 24 hours here, but 9 per calendar day on",
        "period = \"P1D\" | period = \"P1D\", zone = \"Asia/Tokyo\" | zone = \"Asia/Tokyo\" | 9 per calendar day in Asia/Tokyo here, but 9 per calendar day on",
        "period = \"P1D\" | period = \"P1D\", offset = \"PT1H\" | offset = \"PT1H\" | 9 per calendar day, offset 1 hour here",
        "period = \"PT1H\" | period = \"PT1H\", algorithm = Algorithm.FIXED_WINDOW | algorithm = FIXED_WINDOW | 9 per hour, FIXED_WINDOW here",
        "period = \"PT1H\", algorithm = Algorithm.TOKEN_BUCKET | period = \"PT1H\", burst = 5, algorithm = Algorithm.TOKEN_BUCKET | burst = 5 | 9 per hour, TOKEN_BUCKET, burst 5 here",
        "period = \"PT1H\" | period = \"PT1H\", reserve = 5 | reserve = 5 | 9 per hour, 5 % in reserve here",
        "period = \"PT1H\" | period = \"PT1H\", also = @Limit(limit = 99, period = \"P1D\") | also = ... | 9 per hour and 99 per calendar day here",
        "period = \"PT1H\", also = @Limit(limit = 99, period = \"P1M\") | period = \"PT1H\", also = @Limit(limit = 98, period = \"P1M\", countedWithin = \"PT1S\") | also = ... | 9 per hour and 98 per calendar month, counted within 1 second here",
      })
  void definitionsThatDiffer_sayWhatDiffers(String one, String other, String shown, String text) {
    assertThat(declaredTwice("limit = 9, " + one, "limit = 9, " + other).messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-012] @Throttle(" + shown + ") on Api.again(): bucket 'a' is " + text);
  }

  @Test
  void highPriority_isThatOfTheMethod_lastWordCounts() {
    Build build =
        Build.of(
            IMPORT
                + """
                @Throttle(value = "a", limit = 10, period = "PT1S", reserve = 50, cost = 9)
                interface Api {
                  @Throttle(value = "b", limit = 10, period = "PT1S", priority = Priority.HIGH)
                  void call();

                  @Throttle(value = "b", priority = Priority.HIGH)
                  @Throttle("c")
                  void again();
                }
                """,
            IMPORT
                + """
                interface Batch {
                  @Throttle(value = "a", priority = Priority.HIGH, cost = 9)
                  @Throttle(value = "c", limit = 10, period = "PT1S", priority = Priority.LOW)
                  void call();
                }
                """,
            IMPORT
                + """
                @Throttle(value = "a", priority = Priority.HIGH, cost = 9)
                @interface Urgent {}
                """,
            IMPORT
                + """
                @Throttle(value = "a", cost = 8)
                @interface Careless {}
                """);

    assertThat(build.messages())
        .map(message -> message.substring(0, message.indexOf(": a call")))
        .containsExactly(
            "Batch.java:3:59: error: [THROTTLE-028] @Throttle(cost = 9) on Batch.call()",
            "Careless.java:2:31: error: [THROTTLE-028] @Throttle(cost = 8) on Careless");
  }

  @Test
  void everythingThatDefinesABucket_isInTheIndex() throws IOException {
    Build build =
        declared(
            "limit = 9, period = \"PT1H\", algorithm = Algorithm.FIXED_WINDOW, offset = \"PT1M\","
                + " countedWithin = \"PT2S\", reserve = 5, maxQueue = 7, also = {"
                + "@Limit(limit = 8, period = \"PT1S\", algorithm = Algorithm.LEAKY_BUCKET, burst = 3),"
                + " @Limit(limit = 99, period = \"P1M\", zone = \"UTC\", offset = \"PT3H\")}");

    assertThat(build.messages()).isEmpty();
    assertThat(build.index())
        .contains(
            "bucket\ta\t7\t5\tfalse\t9\tPT1H\tFIXED_WINDOW\t\tPT1M\t\tPT2S"
                + "\t8\tPT1S\tLEAKY_BUCKET\t3\t\t\t\t99\tP1M\t\t\tPT3H\tUTC\t\n");
  }

  @Test
  void mistakesThatJavacReports_areLeftToIt() {
    Build build =
        declared(
            "limit = 9, period = \"PT1H\", algorithm = Algorithm.NONE, burst = 2, also = @Limit");

    assertThat(build.messages()).isNotEmpty().noneMatch(message -> message.contains("THROTTLE-"));
  }

  private static Build declared(String attributes) {
    return Build.of(
        IMPORT
            + "interface Api {\n  @Throttle(value = \"a\", "
            + attributes
            + ")\n  void call();\n}\n");
  }

  private static Build declaredTwice(String one, String other) {
    return Build.of(
        IMPORT
            + """
            interface Api {
              @Throttle(value = "a", ONE)
              void call();

              @Throttle(value = "a", OTHER)
              void again();
            }
            """
                .replace("ONE", one)
                .replace("OTHER", other));
  }
}
