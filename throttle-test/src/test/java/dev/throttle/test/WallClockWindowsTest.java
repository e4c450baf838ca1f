package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.ProviderCounter.Answer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixed and calendar windows on a wall clock that shows whatever it likes. */
class WallClockWindowsTest {

  private static final int HISTORIES = 200;

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "America/New_York",
          "America/Sao_Paulo", // clocks changed at midnight
          "America/Havana", // midnight comes twice
          "Australia/Lord_Howe", // half an hour of summer time
          "Africa/Casablanca",
          "Asia/Kolkata",
          "Pacific/Chatham",
          "Pacific/Apia"); // a day was left out

  @ParameterizedTest
  @CsvSource({
    // a spring day of 23 hours, an autumn day of 25
    "P1D,   America/New_York,  PT0S,  2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, PT23H",
    "P1D,   America/New_York,  PT0S,  2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, PT25H",
    // the first and the last nanosecond of a day
    "P1D,   America/New_York,  PT0S,  2026-07-01T04:00:00Z, 2026-07-01T04:00:00Z, PT24H",
    "P1D,   America/New_York,  PT0S,  2026-07-01T03:59:59.999999999Z, 2026-06-30T04:00:00Z, PT24H",
    // an offset that the clocks skip, and one that comes twice
    "P1D,   America/New_York,  PT2H30M, 2026-03-08T07:29:59Z, 2026-03-07T07:30:00Z, PT24H",
    "P1D,   America/New_York,  PT2H30M, 2026-03-08T07:30:00Z, 2026-03-08T07:30:00Z, PT23H",
    "P1D,   America/New_York,  PT1H30M, 2026-11-01T05:30:00Z, 2026-11-01T05:30:00Z, PT25H",
    "P1D,   America/New_York,  PT1H30M, 2026-11-01T06:40:00Z, 2026-11-01T05:30:00Z, PT25H",
    // midnight left out, midnight twice, a whole day left out, a begin that comes twice
    "P1D,   America/Sao_Paulo, PT0S,  2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z, PT23H",
    "P1D,   America/Sao_Paulo, PT0S,  2018-02-18T02:30:00Z, 2018-02-17T02:00:00Z, PT25H",
    "P1D,   America/Havana,    PT0S,  2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, PT25H",
    "P1D,   Pacific/Apia,      PT0S,  2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, PT24H",
    "P1D,   Pacific/Apia,      PT0S,  2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, PT24H",
    "P1D,   America/St_Johns,  PT0S,  2010-11-07T02:45:00Z, 2010-11-07T02:30:00Z, PT25H",
    // leap days
    "P1M,   UTC,               PT0S,  2028-02-29T23:00:00Z, 2028-02-01T00:00:00Z, PT696H",
    "P1M,   UTC,               PT0S,  2027-02-28T23:00:00Z, 2027-02-01T00:00:00Z, PT672H",
    "P1M,   UTC,               PT672H, 2028-02-29T00:00:00Z, 2028-02-29T00:00:00Z, PT696H",
    "P1Y,   UTC,               PT0S,  2028-12-31T23:00:00Z, 2028-01-01T00:00:00Z, PT8784H",
    // weeks begin on Monday; several of anything count from 1970
    "P7D,   UTC,               PT0S,  2026-07-05T12:00:00Z, 2026-06-29T00:00:00Z, PT168H",
    "P2D,   UTC,               PT0S,  1970-01-04T12:00:00Z, 1970-01-03T00:00:00Z, PT48H",
    "P14D,  UTC,               PT0S,  1970-01-12T00:00:00Z, 1970-01-05T00:00:00Z, PT336H",
    "P3M,   UTC,               PT0S,  2026-05-15T00:00:00Z, 2026-04-01T00:00:00Z, PT2184H",
    "P1M,   UTC,               PT0S,  1969-12-15T00:00:00Z, 1969-12-01T00:00:00Z, PT744H",
  })
  void calendar_windows_begin_and_end_by_the_calendar(
      Period period, ZoneId zone, Duration offset, Instant now, Instant begin, Duration length) {
    CalendarWindows windows = new CalendarWindows(period, zone, offset.toNanos());
    long nanos = Nanos.ofEpoch(now);

    assertThat(Instant.ofEpochSecond(0, windows.beginOf(nanos))).isEqualTo(begin);
    assertThat(Duration.ofNanos(windows.endOf(nanos) - windows.beginOf(nanos))).isEqualTo(length);
  }

  @Test
  void calendar_windows_are_what_the_oracle_says() {
    Map<Period, Function<LocalDate, ?>> names =
        Map.of(
            Period.ofDays(1), date -> date,
            Period.ofDays(3), date -> Math.floorDiv(date.toEpochDay(), 3),
            Period.ofWeeks(1),
                date -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
            Period.ofMonths(1), YearMonth::from,
            Period.ofMonths(3), date -> date.getYear() + "-" + date.get(IsoFields.QUARTER_OF_YEAR),
            Period.ofYears(1), LocalDate::getYear);
    names.forEach(
        (period, name) -> {
          for (long seed = 0; seed < HISTORIES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Duration offset = random.nextBoolean() ? Duration.ZERO : Duration.ofHours(9);
            int permits = 1 + random.nextInt(20);
            history(
                ProviderLimit.calendarWindow(permits, period, zone, offset),
                wall ->
                    name.apply(
                        LocalDateTime.ofInstant(Instant.ofEpochSecond(0, wall), zone)
                            .minus(offset)
                            .toLocalDate()),
                Duration.ofHours(1),
                random,
                seed);
          }
        });
  }

  @Test
  void fixed_windows_are_what_the_oracle_says() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long period = random.nextLong(1, 2_000_000_000);
      long offset = random.nextLong(period);
      history(
          ProviderLimit.fixedWindow(
              1 + random.nextInt(20), Duration.ofNanos(period), Duration.ofNanos(offset)),
          wall -> Math.floorDiv(wall - offset, period),
          Duration.ofNanos(1 + period / 5),
          random,
          seed);
    }
  }

  /** Counts by the name of the window, as the clock goes on, or goes astray. */
  private static void history(
      ProviderLimit limit,
      Function<Long, ?> nameOf,
      Duration meanGap,
      SplittableRandom random,
      long seed) {
    int permits = limit.permits();
    Map<Object, Integer> countedByName = new HashMap<>();
    List<Gate> gates = List.of(new Gate(limit));
    long wall = random.nextLong(Duration.ofDays(365 * 65).toNanos());
    for (int call = 0; call < 100; call++) {
      int cost = 1 + random.nextInt(random.nextBoolean() ? 1 : permits + 1);
      int before = countedByName.getOrDefault(nameOf.apply(wall), 0);
      boolean expected = before + cost <= permits;
      int after = expected ? before + cost : before;
      countedByName.put(nameOf.apply(wall), after);

      Answer answer = Gate.countEach(gates, call, wall, cost).get(0);

      assertThat(answer.accepted())
          .as("seed %d, call %d, %s", seed, call, limit)
          .isEqualTo(expected);
      assertThat(answer.remaining()).isEqualTo(permits - after);
      if (after == 0) {
        assertThat(answer.resetInNanos()).isZero();
      } else {
        assertEndsIn(answer.resetInNanos(), wall, nameOf, random);
      }
      if (cost > permits) {
        assertThat(answer.retryInNanos()).isEqualTo(Long.MAX_VALUE);
      } else {
        assertThat(answer.retryInNanos())
            .isEqualTo(after + cost <= permits ? 0 : answer.resetInNanos());
      }
      wall += random.nextLong(2 * meanGap.toNanos());
      if (random.nextInt(10) == 0) {
        wall += random.nextLong(-20, 20) * meanGap.toNanos();
      }
    }
  }

  private static void assertEndsIn(
      long nanos, long wall, Function<Long, ?> nameOf, SplittableRandom random) {
    Object name = nameOf.apply(wall);
    assertThat(nanos).isPositive();
    assertThat(nameOf.apply(wall + nanos)).isNotEqualTo(name);
    assertThat(nameOf.apply(wall + nanos - 1)).isEqualTo(name);
    assertThat(nameOf.apply(wall + random.nextLong(nanos))).isEqualTo(name);
  }

  @Test
  void a_thousand_windows_are_remembered_and_never_the_present_one_forgotten() {
    List<Gate> gates =
        List.of(new Gate(ProviderLimit.fixedWindow(1, Duration.ofNanos(10), Duration.ZERO)));
    for (int window = 0; window < 3_000; window++) {
      assertThat(accepted(gates, 10L * window)).isTrue();
      assertThat(accepted(gates, 10L * window + 9)).isFalse();
    }

    assertThat(accepted(gates, 10 * 2_001)).isFalse();
    assertThat(accepted(gates, 0)).isTrue();
    assertThat(accepted(gates, 0)).isFalse();
  }

  private static boolean accepted(List<Gate> gates, long epochNanos) {
    return Gate.countEach(gates, 0, epochNanos, 1).get(0).accepted();
  }
}
