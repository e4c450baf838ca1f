package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calendar quotas where days and months are not all of one length. */
class WindowsTest {

  private static long nanos(String instant) {
    return Duration.between(Instant.EPOCH, Instant.parse(instant)).toNanos();
  }

  private static Instant instant(long nanos) {
    return Instant.EPOCH.plusNanos(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    // The clock is set ahead on 8 March, back on 1 November.
    "P1D, America/New_York, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
    "P1D, America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "P1W, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
    // Where midnight itself is skipped the day begins an hour later.
    "P1D, America/Sao_Paulo, 2018-11-04T02:59:59Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
    "P1D, America/Sao_Paulo, 2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
    // There is one midnight more where it comes twice.
    "P1D, America/Havana, 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "P1D, America/Havana, 2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "P1M, UTC, 2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "P1M, UTC, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "P1Y, UTC, 2028-12-31T23:59:59Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    "P3M, Asia/Tokyo, 1969-12-31T12:00:00Z, 1969-09-30T15:00:00Z, 1969-12-31T15:00:00Z"
  })
  void a_window_is_as_long_as_the_calendar_says(
      Period period, ZoneId zone, String at, String begin, String end) {
    Windows windows = Windows.of(period, zone);
    assertThat(instant(windows.beginOf(nanos(at)))).isEqualTo(begin);
    assertThat(instant(windows.endOf(nanos(at)))).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "P1D, America/New_York, PT0S",
    "P1D, America/New_York, PT2H30M",
    "P1D, Australia/Lord_Howe, PT1H45M",
    "P1D, Pacific/Apia, PT0S",
    "P2D, Africa/Cairo, PT36H",
    "P1W, Europe/London, PT163H",
    "P1M, America/Sao_Paulo, PT0S",
    "P1M, Asia/Gaza, PT735H",
    "P1Y, Pacific/Apia, PT8760H"
  })
  void windows_follow_each_other_without_a_gap(Period period, ZoneId zone, Duration offset) {
    Windows windows = Windows.of(period, zone).withOffset(offset);
    long begin = windows.beginOf(nanos("2010-12-01T00:00:00Z"));
    while (begin < nanos("2031-01-01T00:00:00Z")) {
      long end = windows.endOf(begin);
      assertThat(end).isGreaterThan(begin);
      for (long at : new long[] {begin, begin + 1, (begin + end) / 2, end - 1}) {
        assertThat(windows.beginOf(at)).as("%s", instant(at)).isEqualTo(begin);
        assertThat(windows.endOf(at)).as("%s", instant(at)).isEqualTo(end);
      }
      assertThat(windows.beginOf(end)).isEqualTo(end);
      begin = end;
    }
  }

  @Test
  void a_window_named_by_its_reset_begins_at_that_time_of_each_month() {
    Windows windows =
        Windows.of(Period.ofMonths(1), ZoneId.of("Europe/Berlin"))
            .beginningAt(Instant.parse("2026-01-31T11:30:00Z"));
    assertThat(instant(windows.beginOf(nanos("2026-02-01T00:00:00Z"))))
        .isEqualTo("2026-01-31T11:30:00Z");
    assertThat(instant(windows.endOf(nanos("2026-02-01T00:00:00Z"))))
        .as("the thirtieth day and a half after the first of February")
        .isEqualTo("2026-03-03T11:30:00Z");
    assertThat(windows.withOffset(windows.offset())).isEqualTo(windows);
    assertThatThrownBy(() -> windows.withOffset(Duration.ofDays(31)))
        .hasMessage("offset must be less than the period of P1M, but was PT744H.");
  }

  @Test
  void a_daily_quota_is_free_at_midnight_also_after_a_day_of_23_hours() {
    FakeTime time = new FakeTime(Long.MAX_VALUE - 7, nanos("2026-03-08T05:00:00Z"));
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    buckets.define(
        "b",
        Limit.calendar(1, Period.ofDays(1), ZoneId.of("America/New_York"))
            .withGuard(Duration.ZERO));
    Throttle throttle = buckets.throttle("b");
    throttle.acquire().complete();
    CompletableFuture<Permit> next = throttle.acquireAsync();
    time.advance(Duration.ofHours(23).toNanos() - 1);
    assertThat(next).isNotDone();
    time.advance(1);
    assertThat(next).isDone();
  }

  @ParameterizedTest
  @CsvSource({
    "P1D, 1",
    "P2W, 14",
    "P36500D, 36500",
    "P1M, 30",
    "P3M, 90",
    "P1Y, 360",
    "P1200M, 36000"
  })
  void the_usual_length_of_a_month_is_thirty_days(Period period, long days) {
    assertThat(Windows.of(period, ZoneId.of("UTC")).length()).isEqualTo(Duration.ofDays(days));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P0D", "P-1D", "P36501D", "P1201M", "P1M1D", "P1Y-1M", "P-1Y13M"})
  void a_calendar_quota_is_a_number_of_one_unit_within_a_hundred_years(String period) {
    assertThatThrownBy(() -> Windows.of(Period.parse(period), ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a calendar quota must be a number of days, weeks, months or years, such as P1D or P1M,"
                + " but was %s.",
            Period.parse(period));
  }

  @Test
  void the_end_of_a_later_window_is_as_many_windows_later_and_beyond_time_for_ever() {
    Windows months = Windows.of(Period.ofMonths(1), ZoneId.of("UTC"));
    long now = nanos("2026-01-15T00:00:00Z");
    assertThat(instant(months.endAfter(now, 0))).isEqualTo("2026-02-01T00:00:00Z");
    assertThat(instant(months.endAfter(now, 2))).isEqualTo("2026-04-01T00:00:00Z");
    Windows hours = Windows.of(Duration.ofHours(1));
    assertThat(instant(hours.endAfter(now, 2))).isEqualTo("2026-01-15T03:00:00Z");
    for (Windows any :
        List.of(months, hours, Windows.of(Period.ofDays(36_500), ZoneId.of("UTC")))) {
      for (long later = 1L << 30; later > 0; later <<= 1) {
        assertThat(any.endAfter(now, later)).isGreaterThan(now);
      }
      assertThat(any.endAfter(now, 1L << 40)).isEqualTo(Nanos.FOR_EVER);
      assertThat(any.endAfter(now, Long.MAX_VALUE - 1)).isEqualTo(Nanos.FOR_EVER);
    }
  }

  @Test
  void a_window_named_by_its_reset_begins_on_that_day_of_each_week() {
    Windows weeks =
        Windows.of(Period.ofWeeks(1), ZoneId.of("UTC"))
            .beginningAt(Instant.parse("2026-01-14T06:00:00Z")); // a Wednesday
    assertThat(weeks.offset()).isEqualTo(Duration.ofHours(54));
    assertThat(instant(weeks.endOf(nanos("2026-01-14T06:00:00Z"))))
        .isEqualTo("2026-01-21T06:00:00Z");
  }

  @Test
  void windows_are_shown_in_words() {
    ZoneId zone = ZoneId.of("America/New_York");
    assertThat(Windows.of(Duration.ofHours(1))).hasToString("PT1H");
    assertThat(Windows.of(Duration.ofHours(1)).withOffset(Duration.ofMinutes(7)))
        .hasToString("PT1H from PT7M on");
    assertThat(Windows.of(Period.ofDays(1), zone)).hasToString("P1D in America/New_York");
    assertThat(Windows.of(Period.ofDays(1), zone).withOffset(Duration.ofHours(7)))
        .hasToString("P1D in America/New_York from PT7H on");
  }
}
