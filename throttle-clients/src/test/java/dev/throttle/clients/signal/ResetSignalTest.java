package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal;
import dev.throttle.core.Signal.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a limit is reset, in all forms; and what is left, where its fields disagree. */
class ResetSignalTest {

  private static final String DATE = "Date: Thu, 01 Jan 2026 00:00:00 GMT\n"; // 1767225600

  private final SignalReader reader =
      SignalReader.create(Clock.fixed(Instant.parse("2001-02-03T04:05:06Z"), ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "30, PT30S",
    "0.5, PT0.5S",
    "64.57, PT1M4.57S",
    "999999999, PT277777H46M39S", // the last that is seconds from now
    "1000000000, PT0S", // the first that is seconds since 1970: in 2001
    "1767225600, PT0S",
    "1767225661, PT1M1S",
    "1767225600.123, PT0.123S",
    "1767225599, PT0S",
    "1767225600000, PT0S",
    "1767225601500, PT1.5S",
    "1767225600000.25, PT0.00025S",
    "100000000000, PT0S", // the first that is milliseconds since 1970: in 1973
    "1s, PT1S",
    "6m0s, PT6M",
    "0m5s, PT5S",
    "20ms, PT0.02S",
    "1h2m3.5s, PT1H2M3.5S",
    "2d, PT48H",
    "1500us, PT0.0015S",
    "1500\u00b5s, PT0.0015S",
    "1500\u03bcs, PT0.0015S",
    "0.1ns, PT0.000000001S",
    "2026-01-01T00:01:00Z, PT1M",
    "2026-01-01T02:01:00.5+02:00, PT1M0.5S",
    "2025-12-31T23:59:59Z, PT0S",
    "'Thu, 01 Jan 2026 00:01:00 GMT', PT1M",
  })
  void is_told_apart_by_its_form_and_size(String reset, Duration expected) {
    Quota quota = Quota.left(7).resetIn(expected);
    assertThat(read(DATE + "X-RateLimit-Remaining: 7\nX-RateLimit-Reset: " + reset))
        .isEqualTo(new Signal(false, null, List.of(quota)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999", "9999999999999", "99999999999999h", "99999999999999999999d"})
  void is_at_most_what_a_long_holds_in_nanoseconds(String reset) {
    Signal signal = read(DATE + "X-RateLimit-Remaining: 7\nX-RateLimit-Reset: " + reset);
    assertThat(signal.quotas().get(0).resetIn())
        .isBetween(Duration.ofDays(365 * 200), Duration.ofNanos(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-5",
        "soon",
        "100000000000000", // microseconds since 1970?
        "1767225600000000000",
        "5 s",
        "5x",
        "s",
        "5s5",
        "1e9",
        "2026-01-01",
        "2026-01-01T00:01:00",
        "2026-13-01T00:01:00Z",
        "1999999999-01-01T00:01:00Z",
        "Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time)",
      })
  void malformed_takes_its_quota_along_and_no_other(String reset) {
    assertThat(
            read(
                DATE
                    + "X-Shopify-Shop-Api-Call-Limit: 32/40\nX-RateLimit-Remaining: 7\n"
                    + "X-RateLimit-Reset: "
                    + reset))
        .isEqualTo(new Signal(false, null, List.of(Quota.used(32).of(40))));
  }

  @Test
  void without_a_date_the_clock_is_asked() {
    assertThat(read("X-RateLimit-Remaining: 7\nX-RateLimit-Reset: 981173116"))
        .isEqualTo(read("X-RateLimit-Remaining: 7\nX-RateLimit-Reset: 981173116.0"));
    assertThat(read("X-RateLimit-Remaining: 7\nX-RateLimit-Reset: 2001-02-03T04:05:16Z"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(7).resetIn(Duration.ofSeconds(10)))));
  }

  @Test
  void a_clock_here_that_is_wrong_changes_nothing() {
    String lines = DATE + "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1767225661";
    for (String clock :
        List.of("1970-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2100-01-01T00:00:00Z")) {
      SignalReader skewed = SignalReader.create(Clock.fixed(Instant.parse(clock), ZoneOffset.UTC));
      assertThat(skewed.read(429, HeaderLines.of(lines)))
          .isEqualTo(
              new Signal(
                  true,
                  Duration.ofSeconds(61),
                  List.of(Quota.left(0).resetIn(Duration.ofSeconds(61)))));
    }
  }

  @ParameterizedTest(name = "{0} with {2}: a pause {3}")
  @CsvSource({
    "403, '', 0, true",
    "429, '', 0, true",
    "403, '', 1, false",
    "200, '', 0, false",
    "404, '', 0, false",
    "503, '', 0, false",
  })
  void a_refusal_with_nothing_left_lasts_until_the_reset(
      int status, String retryAfter, int left, boolean pause) {
    String lines = "X-RateLimit-Remaining: " + left + "\nX-RateLimit-Reset: 20\n" + retryAfter;
    assertThat(reader.read(status, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(pause ? Duration.ofSeconds(20) : null);
  }

  @Test
  void a_refusal_lasts_as_long_as_retry_after_says_even_if_the_reset_is_later() {
    String lines = "Retry-After: 3\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 20";
    assertThat(reader.read(403, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void what_a_cache_kept_is_not_what_is_left_now() {
    String lines = "Age: N\nRetry-After: 3\nX-RateLimit-Remaining: 5\nRateLimit: \"a\";r=5";
    assertThat(reader.read(503, HeaderLines.of(lines.replace("N", "1"))))
        .isEqualTo(new Signal(false, Duration.ofSeconds(3), List.of()));
    assertThat(reader.read(503, HeaderLines.of(lines.replace("N", "0"))))
        .isEqualTo(new Signal(false, Duration.ofSeconds(3), List.of(Quota.left(5))));
  }

  @Test
  void the_same_line_twice_is_one_and_two_different_are_none() {
    assertThat(read("X-RateLimit-Remaining: 5\nX-RateLimit-Remaining:  5"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(5))));
    assertThat(read("X-RateLimit-Remaining: 5\nX-RateLimit-Remaining: 6").isNothing()).isTrue();
  }

  @Test
  void a_limit_of_no_permits_is_no_limit_that_a_client_could_have() {
    assertThat(read("X-RateLimit-Limit: 0\nX-RateLimit-Remaining: 0"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(0))));
  }

  private Signal read(String lines) {
    return reader.read(200, HeaderLines.of(lines));
  }
}
