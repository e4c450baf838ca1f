package dev.throttle.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** THROTTLE-043: only what provably never binds. */
class LooseLimitsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit = 10, period = \"PT1M\" / limit = 10, period = \"PT1M\"",
        "limit = 10, period = \"PT1M\" / limit = 11, period = \"PT1S\"",
        "limit = 10, period = \"PT1M\" / limit = 10, period = \"PT0S\"",
        "limit = 10, period = \"PT0S\" / limit = 11, period = \"PT0S\"",
        "limit = 10, period = \"PT1M\" / limit = 10, period = \"PT1M\", countedWithin = \"PT1S\"",
        "limit = 10, period = \"PT1M\", countedWithin = \"PT2S\""
            + " / limit = 10, period = \"PT1M\", countedWithin = \"PT1S\"",
        "limit = 10, period = \"P1D\", zone = \"Asia/Tokyo\""
            + " / limit = 11, period = \"P1D\", zone = \"Asia/Tokyo\"",
        "limit = 10, period = \"PT1M\", algorithm = Algorithm.FIXED_WINDOW"
            + " / limit = 11, period = \"PT60S\", algorithm = Algorithm.FIXED_WINDOW",
        "limit = 10, period = \"PT1M\", algorithm = Algorithm.TOKEN_BUCKET, burst = 5"
            + " / limit = 11, period = \"PT60S\", algorithm = Algorithm.TOKEN_BUCKET, burst = 6",
        "limit = 10, period = \"PT1M\", algorithm = Algorithm.LEAKY_BUCKET, burst = 5"
            + " / limit = 10, period = \"PT60S\", algorithm = Algorithm.LEAKY_BUCKET, burst = 5",
      })
  void looserLimit_isReported_ofTheSameBucketAndOfAnother(String pair) {
    assertThat(ofOneBucket(pair).messages())
        .singleElement()
        .asString()
        .startsWith("Api.java:7:23: warning: [THROTTLE-043] @Limit(limit = ")
        .contains(
            " on Api.call(): ", " can never hold up a call, since bucket 'a' has another (10 ");
    assertThat(ofTwoBuckets(pair).messages())
        .singleElement()
        .asString()
        .startsWith("Api.java:5:34: warning: [THROTTLE-043] @Throttle(limit = ")
        .contains(" on Api.call(): bucket 'b' (", "since each passes 'a' (10 ", ") too. Fix: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit = 10, period = \"PT1M\" / limit = 9, period = \"PT1S\"",
        "limit = 10, period = \"PT1S\" / limit = 11, period = \"PT1M\"",
        "limit = 10, period = \"PT0S\" / limit = 11, period = \"PT1S\"",
        "limit = 10, period = \"PT1M\", countedWithin = \"PT1S\" / limit = 11, period = \"PT1M\"",
        "limit = 10, period = \"PT1M\", countedWithin = \"PT1S\" / limit = 10, period = \"PT0S\"",
        "limit = 10, period = \"PT24H\" / limit = 11, period = \"P1D\"",
        "limit = 10, period = \"P1D\" / limit = 11, period = \"P1D\", zone = \"Asia/Tokyo\"",
        "limit = 10, period = \"P1D\" / limit = 11, period = \"P1D\", offset = \"PT1H\"",
        "limit = 10, period = \"P1W\" / limit = 11, period = \"P1D\"",
        "limit = 10, period = \"PT1M\""
            + " / limit = 11, period = \"PT1M\", algorithm = Algorithm.FIXED_WINDOW",
        "limit = 10, period = \"PT1M\", algorithm = Algorithm.TOKEN_BUCKET, burst = 15"
            + " / limit = 11, period = \"PT60S\", algorithm = Algorithm.TOKEN_BUCKET",
        "limit = 10, period = \"PT1M\", algorithm = Algorithm.LEAKY_BUCKET"
            + " / limit = 11, period = \"PT1M\", algorithm = Algorithm.LEAKY_BUCKET",
      })
  void whatMayBind_isNotReported(String pair) {
    assertThat(ofOneBucket(pair).messages()).isEmpty();
    assertThat(ofTwoBuckets(pair).messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@A @B void call();",
        "@A @B void call(@ThrottleKey(buckets = \"b\") int k);",
        "@A @B void call(@ThrottleKey(buckets = {\"a\", \"b\"}) int k);",
        "@A @B void call(@ThrottleCost(buckets = {\"a\", \"b\"}) int n);",
        "@A @B void call(@ThrottleCost(buckets = \"a\") int n);",
        "@A(cost = 3) @B(cost = 3) void call();",
        "@A(cost = 3) @B(cost = 2) void call();",
        "@A @B void call(); @A void other();",
      })
  void looserBucket_isReported_whereItIsPaidNoMore(String methods) {
    assertThat(ofMethods(methods).messages())
        .singleElement()
        .asString()
        .contains("[THROTTLE-043]", "bucket 'b' (20 per minute) can never hold up a call, since");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@A @B void call(); @B void other();",
        "@B @A void call();",
        "@A @B void call(@ThrottleKey(buckets = \"a\") int k);",
        "@A @B void call(@ThrottleKey(buckets = \"a\") int k, @ThrottleKey(buckets = \"b\") int l);",
        "@A @B void call(@ThrottleCost(buckets = \"b\") int n);",
        "@A @B void call(@ThrottleCost(buckets = \"a\") int n, @ThrottleCost(buckets = \"b\") int m);",
        "@A @B(cost = 2) void call();",
        "@A @B(cost = 2) void call(@ThrottleCost(buckets = \"a\") int n);",
        "@A @B(fairBy = \"k\") void call(@ThrottleKey(name = \"k\", buckets = {}) int k);",
        "@A @B @Throttle(value = \"b\", cost = 3) void call();",
        "@A(reserve = 5) @B(reserve = 10) void call();",
        "@A @B(maxQueue = 5) void call();",
        "@SuppressWarnings(\"THROTTLE-043\") @A @B void call();",
      })
  void looserBucket_thatMayHoldUpSomething_isNotReported(String methods) {
    assertThat(ofMethods(methods).messages()).isEmpty();
  }

  @Test
  void looserBucketOfAnAnnotation_isNotReported_whoeverElseUsesIt() {
    assertThat(
            Build.of(
                    """
                    @dev.throttle.annotation.Throttle(value = "b", limit = 20, period = "PT1M")
                    @interface B {}
                    """,
                    """
                    @dev.throttle.annotation.Throttle(value = "a", limit = 10, period = "PT1M")
                    interface Api {
                      @B void call();
                    }
                    """)
                .messages())
        .isEmpty();
  }

  @Test
  void oneOfThreeLimits_isReportedAtItself_alsoTheFirst() {
    assertThat(
            ofOneBucket(
                    "limit = 1000, period = \"PT1S\" / limit = 5, period = \"PT1S\"), @Limit(limit ="
                        + " 9, period = \"PT1M\"")
                .messages())
        .map(message -> message.replaceFirst("\\. Fix.*", ""))
        .containsExactly(
            "Api.java:4:28: warning: [THROTTLE-043] @Throttle(limit = 1000) on Api.call(): this"
                + " limit (1000 per second) can never hold up a call, since bucket 'a' has another (5"
                + " per second)");
  }

  @Test
  void tighterBucketOfADependency_counts_itsDefinitionIsNotOurs(@TempDir Path directory)
      throws IOException {
    Path dependency =
        Build.of(
                """
                import dev.throttle.annotation.*;
                @Throttle(value = "a", limit = 10, period = "PT1M")
                @Throttle(value = "c", limit = 99, period = "PT1M")
                @interface Limits {}
                """)
            .writeTo(directory);

    assertThat(
            Build.against(
                    List.of(dependency),
                    """
                    import dev.throttle.annotation.*;
                    interface Api {
                      @Throttle("a")
                      @Throttle(value = "b", limit = 10, period = "PT1M")
                      @Throttle("c")
                      void call();
                    }
                    """)
                .messages())
        .singleElement()
        .asString()
        .startsWith("Api.java:4:34: warning: [THROTTLE-043] @Throttle(limit = 10) on Api.call(): ");
  }

  private static Build ofOneBucket(String pair) {
    return Build.of(
        "import dev.throttle.annotation.*;\ninterface Api {\n  @Throttle(\n      value = \"a\", "
            + pair.replace(" / ", ",\n also = {\n\n@Limit(       ")
            + ")})\n  void call();\n}\n");
  }

  private static Build ofTwoBuckets(String pair) {
    return Build.of(
        "import dev.throttle.annotation.*;\ninterface Api {\n\n  @Throttle(value = \"a\", "
            + pair.replace(" / ", ")\n  @Throttle(value = \"b\", ")
            + ")\n  void call();\n}\n");
  }

  private static Build ofMethods(String methods) {
    return Build.of(
        "import dev.throttle.annotation.*;\ninterface Api {\n"
            + methods
                .replaceFirst("@A\\b", "@Throttle(value = \"a\", limit = 10, period = \"PT1M\")")
                .replaceFirst("@B\\b", "@Throttle(value = \"b\", limit = 20, period = \"PT1M\")")
                .replaceAll("@([AB])\\b", "@Throttle(value = \"$1\")")
                .replace("\"A\"", "\"a\"")
                .replace("\"B\"", "\"b\"")
                .replace(")(", ", ")
            + "\n}\n");
  }
}
