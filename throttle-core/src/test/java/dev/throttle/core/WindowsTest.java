package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
