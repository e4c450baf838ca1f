package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.throttle.core.Signal;
import dev.throttle.core.Signal.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of providers that are broken, or that mean harm. */
class HostileSignalTest {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private static final List<String> NAMES =
      Stream.concat(
              Stream.of(
                  "Retry-After",
                  "Date",
                  "Age",
                  "RateLimit",
                  "RateLimit-Policy",
                  "RateLimit-Limit",
                  "RateLimit-Remaining",
                  "RateLimit-Reset",
                  "X-RateLimit-Limit",
                  "X-RateLimit-Remaining",
                  "X-RateLimit-Reset",
                  "X-RateLimit-Resource",
                  "X-Rate-Limit-Remaining",
                  "X-Rate-Limit-Reset",
                  "X-Shopify-Shop-Api-Call-Limit",
                  "Sforce-Limit-Info",
                  "X-MBX-USED-WEIGHT-1M",
                  "X-MBX-ORDER-COUNT-10S"),
              Stream.of("requests", "tokens")
                  .flatMap(
                      unit ->
                          Stream.of(
                              "x-ratelimit-limit-" + unit,
                              "x-ratelimit-remaining-" + unit,
                              "x-ratelimit-reset-" + unit,
                              "anthropic-ratelimit-" + unit + "-limit",
                              "anthropic-ratelimit-" + unit + "-remaining",
                              "anthropic-ratelimit-" + unit + "-reset")))
          .toList();

  private static final List<String> PARTS =
      List.of(
          "0",
          "1",
          "5",
          "60",
          "100",
          "-1",
          "0.5",
          "1e9",
          "1767225600",
          "1767225600000",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999",
          "NaN",
          "\"default\"",
          "default",
          ";r=50",
          ";t=30",
          ";q=100",
          ";w=60",
          ";qu=\"requests\"",
          ";pk=:YQ==:",
          ";",
          ",",
          "=",
          "(",
          ")",
          "\"",
          "\\",
          ":",
          "?1",
          "*",
          "@5",
          "%\"a\"",
          "limit=100",
          "remaining=5",
          "reset=3",
          "32/40",
          "/",
          "api-usage=18/5000",
          "per-app-api-usage=1/2(appName=x)",
          "6m0s",
          "20ms",
          "s",
          "\u00b5s",
          "d",
          "2026-01-01T00:00:00Z",
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994",
          "GMT",
          "-",
          ".",
          " ",
          "\t",
          "\u0000",
          "\u00e4",
          "\ud83d",
          "");

  private final SignalReader reader =
      SignalReader.create(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

  @ParameterizedTest
  @ValueSource(longs = {1, 20_251_125, -7_046_029_254_386_353_131L})
  void whatever_an_answer_holds_it_is_read(long seed) {
    Random random = new Random(seed);
    int saying = 0;
    for (int round = 0; round < 20_000; round++) {
      Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (int i = random.nextInt(8); i >= 0; i--) {
        headers
            .computeIfAbsent(NAMES.get(random.nextInt(NAMES.size())), name -> new ArrayList<>())
            .add(value(random));
      }
      int status = List.of(200, 302, 403, 418, 429, 503).get(random.nextInt(6));
      Signal[] signal = new Signal[1];
      assertThatCode(() -> signal[0] = reader.read(status, headers::get))
          .as("seed %d: %d %s", seed, status, headers)
          .doesNotThrowAnyException();
      assertWithinBounds(signal[0]);
      if (!signal[0].isNothing()) {
        saying++;
      }
    }
    assertThat(saying).as("answers that said something").isGreaterThan(1_000);
  }

  private static String value(Random random) {
    if (random.nextInt(8) == 0) {
      return random
          .ints(random.nextInt(20), 0, 0x180)
          .mapToObj(Character::toString)
          .collect(Collectors.joining());
    }
    return IntStream.rangeClosed(0, random.nextInt(random.nextBoolean() ? 1 : 6))
        .mapToObj(i -> PARTS.get(random.nextInt(PARTS.size())))
        .collect(Collectors.joining());
  }

  private static void assertWithinBounds(Signal signal) {
    assertWithinBounds(signal.retryAfter());
    for (Quota quota : signal.quotas()) {
      assertWithinBounds(quota.period());
      assertWithinBounds(quota.resetIn());
    }
    assertThat(signal.quotas()).doesNotHaveDuplicates();
  }

  private static void assertWithinBounds(Duration duration) {
    if (duration != null) {
      assertThat(duration).isBetween(Duration.ZERO, LONGEST);
    }
  }

  static Stream<String> longValues() {
    return Stream.of(
        "9".repeat(65_536),
        "0".repeat(65_536) + "5",
        "\"a\";r=5,".repeat(8_000) + "\"a\";r=5",
        "(".repeat(65_536),
        "\"".repeat(65_536),
        "\\".repeat(65_536),
        "1h".repeat(32_768),
        "api-usage=1/2;".repeat(5_000),
        "remaining=5," + "a,".repeat(32_768),
        " ".repeat(65_536));
  }

  @ParameterizedTest
  @MethodSource("longValues")
  void a_value_of_64_kb_is_left_out_and_no_other_is(String value) {
    for (String name : NAMES) {
      Signal signal =
          reader.read(
              429,
              asked -> {
                if (asked.equals(name)) {
                  return List.of(value);
                }
                return asked.equals("X-MBX-USED-WEIGHT-1H") ? List.of("1") : List.of();
              });
      assertThat(signal.retryAfter()).isNull();
      assertThat(signal.quotas())
          .containsExactly(Quota.used(1).per(Duration.ofHours(1)).resetIn(Duration.ofHours(1)));
    }
  }

  @ParameterizedTest(name = "{0} characters in {1} lines: read {2}")
  @CsvSource({"4096, 1, true", "4097, 1, false", "4096, 2, true", "4097, 2, false"})
  void the_length_of_a_field_is_that_of_its_lines(int length, int lines, boolean read) {
    String value = "\"a\";r=5" + (lines == 1 ? "" : "\nRateLimit:\"a\";r=5");
    int joined = value.replace("\nRateLimit:", ",").length();
    Signal signal =
        reader.read(200, HeaderLines.of("RateLimit:" + value + " ".repeat(length - joined)));
    assertThat(signal.quotas()).isEqualTo(read ? List.of(Quota.left(5)) : List.of());
  }

  @Test
  void many_short_lines_are_as_one_long() {
    List<String> lines = Collections.nCopies(65_536, "\"a\";r=5");
    assertThat(reader.read(200, name -> name.equals("RateLimit") ? lines : List.of()).isNothing())
        .isTrue();
  }

  @Test
  void huge_numbers_are_the_largest_long() {
    String lines =
        """
        Retry-After: HUGE
        X-RateLimit-Limit: HUGE
        X-RateLimit-Remaining: HUGE
        X-Shopify-Shop-Api-Call-Limit: HUGE/HUGE
        """
            .replace("HUGE", "9".repeat(1_900));
    assertThat(reader.read(429, HeaderLines.of(lines)))
        .isEqualTo(
            new Signal(
                true,
                LONGEST,
                List.of(
                    Quota.left(Long.MAX_VALUE).of(Long.MAX_VALUE),
                    Quota.used(Long.MAX_VALUE).of(Long.MAX_VALUE))));
    assertThat(reader.read(200, HeaderLines.of("RateLimit: \"a\";r=1;t=999999999999999")))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(1).resetIn(LONGEST))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "", "many", "5.5", ".5", "5 of 6", "5, 6", "1e1", "\u0665", "NaN", "+5"})
  void a_malformed_number_takes_its_quota_along(String number) {
    for (String line :
        List.of(
            "RateLimit-Remaining: %s",
            "X-RateLimit-Remaining: %s",
            "X-RateLimit-Remaining: 5\nX-RateLimit-Limit: %s",
            "x-ratelimit-remaining-tokens: %s",
            "anthropic-ratelimit-tokens-remaining: %s",
            "X-Shopify-Shop-Api-Call-Limit: %s/40",
            "X-Shopify-Shop-Api-Call-Limit: 32/%s",
            "X-Shopify-Shop-Api-Call-Limit: %s",
            "Sforce-Limit-Info: api-usage=%s",
            "Sforce-Limit-Info: api-usage=%s/5000",
            "Sforce-Limit-Info: api-usage=18/5000; per-app-api-usage=%s/250",
            "X-MBX-USED-WEIGHT-1M: %s")) {
      assertThat(reader.read(200, HeaderLines.of(line.replace("%s", number))).isNothing())
          .as(line, number)
          .isTrue();
    }
  }

  @Test
  void a_program_that_has_no_headers_is_told() {
    assertThatNullPointerException()
        .isThrownBy(() -> reader.read(200, null))
        .withMessage("headers must not be null.");
    assertThatNullPointerException()
        .isThrownBy(() -> SignalReader.create(null))
        .withMessage("clock must not be null.");
  }
}
