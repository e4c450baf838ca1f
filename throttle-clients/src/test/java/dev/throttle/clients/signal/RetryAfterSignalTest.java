package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Retry-After}, and the dates of HTTP. */
class RetryAfterSignalTest {

  private static final String NOW = "1994-11-06T08:49:30Z";

  private final SignalReader reader = at(NOW);

  @ParameterizedTest
  @CsvSource({
    "200, false",
    "201, false",
    "301, false",
    "302, false",
    "400, false",
    "403, true",
    "404, false",
    "413, false",
    "418, true",
    "429, true",
    "500, false",
    "502, false",
    "503, true",
    "504, false",
  })
  void counts_where_calls_are_refused(int status, boolean counts) {
    assertThat(reader.read(status, HeaderLines.of("Retry-After: 7")).retryAfter())
        .isEqualTo(counts ? Duration.ofSeconds(7) : null);
  }

  @ParameterizedTest(name = "{0} with {1}: refused is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | A: b | true",
        "429 | Retry-After: soon | true",
        "429 | X-RateLimit-Remaining: 5 | true",
        "403 | A: b | false",
        "403 | Retry-After: soon | false",
        "403 | Retry-After: 5 | true",
        "403 | X-RateLimit-Remaining: 5 | false",
        "403 | X-RateLimit-Remaining: 0 | true",
        "418 | A: b | false",
        "418 | Retry-After: 5 | true",
        "503 | Retry-After: 5 | false",
        "503 | X-RateLimit-Remaining: 0 | false",
        "200 | Retry-After: 5 | false",
        "200 | X-RateLimit-Remaining: 0 | false",
      })
  void a_refusal_is_one_for_the_limits(int status, String line, boolean refused) {
    assertThat(reader.read(status, HeaderLines.of(line)).refused()).isEqualTo(refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT0S",
        "120 | PT2M",
        "007 | PT7S",
        "' 5 ' | PT5S",
        "2.0 | PT2S",
        "0.0000000001 | PT0.000000001S",
        "1.9999999999 | PT2S",
        "86400 | PT24H",
        "Sun, 06 Nov 1994 08:49:37 GMT | PT7S",
        "Sunday, 06-Nov-94 08:49:37 GMT | PT7S",
        "Sun Nov  6 08:49:37 1994 | PT7S",
        "Wed Nov 16 08:49:30 1994 | PT240H",
        "Mon, 06 Nov 1994 08:49:37 GMT | PT7S", // it was a Sunday
        "Sun, 06 Nov 1994 08:49:30 GMT | PT0S",
        "Sun, 06 Nov 1994 08:49:00 GMT | PT0S",
        "Thu, 01 Jan 1970 00:00:00 GMT | PT0S",
        "Thursday, 01-Jan-70 00:00:00 GMT | PT0S", // 76 years ahead, says the year: 24 ago
      })
  void is_seconds_or_a_date(String value, Duration expected) {
    assertThat(retryAfter(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372037",
        "99999999999999999999999999",
        "99999999999999999999999999.5",
        "Fri, 31 Dec 9999 23:59:59 GMT",
      })
  void is_at_most_what_a_long_holds_in_nanoseconds(String value) {
    assertThat(retryAfter(value)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1e3",
        "NaN",
        "Infinity",
        "1,5",
        "1 s",
        "0x10",
        "\u0661",
        ".",
        "1.2.3",
        "soon",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 25:00:00 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "So, 06 Nov 1994 08:49:37 GMT and so on and so on",
        "1994-11-06T08:49:37Z",
        ":",
        ", :",
      })
  void is_nothing_where_it_is_malformed(String value) {
    assertThat(retryAfter(value)).isNull();
  }

  @Test
  void the_longest_of_several_lines_counts() {
    String lines = "Retry-After: 5\nRetry-After: soon\nRetry-After: 90\nRetry-After: 6";
    assertThat(reader.read(429, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest(name = "when it is {0} here")
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1994-11-06T07:49:30Z",
        "1994-11-06T08:49:29.999Z",
        "1994-11-06T09:49:30Z",
        "2261-01-01T00:00:00Z",
      })
  void a_date_is_compared_with_that_of_the_answer(String clock) {
    String lines =
        """
        Date: Sun, 06 Nov 1994 08:49:00 GMT
        Retry-After: Sun, 06 Nov 1994 08:49:37 GMT
        """;
    assertThat(at(clock).read(503, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(Duration.ofSeconds(37));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "", "1994-11-06T08:49:00Z"})
  void a_malformed_date_of_the_answer_is_as_none(String date) {
    String lines = "Date: " + date + "\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT";
    assertThat(reader.read(503, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void a_fraction_of_a_second_on_the_clock_here_counts() {
    String lines = "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT";
    assertThat(at("1994-11-06T08:49:36.250Z").read(503, HeaderLines.of(lines)).retryAfter())
        .isEqualTo(Duration.ofMillis(750));
  }

  @ParameterizedTest(name = "in {0}, year {1} is {2}")
  @CsvSource({
    "2025, 25, 2025",
    "2025, 75, 2075",
    "2025, 76, 1976",
    "2099, 01, 2101",
    "2099, 99, 2099",
    "1999, 49, 2049",
    "1999, 50, 1950",
  })
  void a_year_of_two_digits_is_at_most_50_years_ahead(int now, String year, int expected)
      throws MalformedFieldException {
    Clock clock = Clock.fixed(Instant.parse(now + "-06-01T00:00:00Z"), ZoneOffset.UTC);
    assertThat(HttpDate.parse("Monday, 01-Jan-" + year + " 00:00:00 GMT", clock))
        .isEqualTo(Instant.parse(expected + "-01-01T00:00:00Z"));
  }

  private Duration retryAfter(String value) {
    return reader.read(429, HeaderLines.of("Retry-After: " + value)).retryAfter();
  }

  private static SignalReader at(String instant) {
    return SignalReader.create(Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
  }
}
