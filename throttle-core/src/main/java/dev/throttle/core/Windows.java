package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When the windows of a fixed-window limit begin: all of one length, or by the calendar of a time
 * zone. Immutable.
 *
 * <pre>{@code
 * Windows hours = Windows.of(Duration.ofHours(1));                              // every full hour, UTC
 * Windows days = Windows.of(Period.ofDays(1), ZoneId.of("America/New_York"));   // midnight there
 * Windows bills = Windows.of(Period.ofMonths(1), ZoneId.of("UTC")).withOffset(Duration.ofDays(4));
 * }</pre>
 *
 * <p>Windows of one length begin at multiples of it since 1970-01-01T00:00Z; those of days at
 * midnight, of weeks on Monday, of months on the first; several days, weeks, months or years count
 * from 1970. A day may so have 23 hours, a month 28 days: as long as the calendar says. A begin
 * that a clock change skips is as much later as the clock was set ahead.
 */
public final class Windows {

  private final Duration length;
  private final @Nullable Period calendar;

  /** What a calendar counts in: so many months, or else so many days. */
  private final long months;

  private final long days;
  private final ZoneId zone;
  private final Duration offset;

  @SuppressWarnings("JavaPeriodGetDays") // a calendar has days or months, never both
  private Windows(Duration length, @Nullable Period calendar, ZoneId zone, Duration offset) {
    this.length = length;
    this.calendar = calendar;
    this.months = calendar == null ? 0 : calendar.toTotalMonths();
    this.days = calendar == null || months > 0 ? 0 : calendar.getDays();
    this.zone = zone;
    this.offset = offset;
  }

  /**
   * Returns windows of one length.
   *
   * @param length more than zero, at most 100 years
   */
  public static Windows of(Duration length) {
    if (Nanos.checked("period", length) == 0) {
      throw badArgument("the period of a fixed window must be more than PT0S, but was %s.", length);
    }
    return new Windows(length, null, ZoneId.of("UTC"), Duration.ZERO);
  }

  /**
   * Returns windows by the calendar.
   *
   * @param calendar a positive number of days, weeks, months or years, and only one of them
   */
  public static Windows of(Period calendar, ZoneId zone) {
    requireNonNull(calendar, "period");
    requireNonNull(zone, "zone");
    long months = calendar.toTotalMonths();
    boolean oneUnit =
        (months > 0 && months <= 1_200 && calendar.getDays() == 0)
            || (months == 0 && calendar.getDays() > 0 && calendar.getDays() <= 36_500);
    if (!oneUnit || calendar.getMonths() < 0 || calendar.getYears() < 0) {
      throw badArgument(
          "a calendar quota must be a number of days, weeks, months or years, such as P1D or P1M,"
              + " but was %s.",
          calendar);
    }
    Duration usual = Duration.ofDays(months > 0 ? 30 * months : calendar.getDays());
    return new Windows(usual, calendar, zone, Duration.ZERO);
  }

  /**
   * Returns these windows, each beginning so much later.
   *
   * @param offset less than the longest window, not negative
   */
  public Windows withOffset(Duration offset) {
    Nanos.checked("offset", offset);
    Duration longest = months > 0 ? Duration.ofDays(31 * months) : length;
    if (offset.compareTo(longest) >= 0) {
      throw badArgument(
          "offset must be less than the period of %s, but was %s.",
          calendar == null ? length : calendar, offset);
    }
    return new Windows(length, calendar, zone, offset);
  }

  /**
   * Returns these windows moved so that one begins at this instant: what a provider says of its
   * next reset. Of a calendar, later ones begin at the same time of day, week, month or year.
   */
  public Windows beginningAt(Instant instant) {
    requireNonNull(instant, "instant");
    if (calendar == null) {
      return withOffset(Duration.ofNanos(Math.floorMod(nanos(instant), length.toNanos())));
    }
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    Duration later = Duration.between(unoffsetStart(unitOf(local)), local);
    return new Windows(length, calendar, zone, later);
  }

  /** Returns the length of a window; of a calendar, where they differ, the usual one. */
  public Duration length() {
    return length;
  }

  /** Returns the calendar's period, or null for windows of one length. */
  public @Nullable Period calendar() {
    return calendar;
  }

  ZoneId zone() {
    return zone;
  }

  Duration offset() {
    return offset;
  }

  /** Returns the begin of the window that contains an instant, both as nanoseconds since 1970. */
  long beginOf(long epochNanos) {
    if (calendar == null) {
      return epochNanos - Math.floorMod(epochNanos - offset.toNanos(), length.toNanos());
    }
    return begin(unitAt(epochNanos));
  }

  /** Returns the begin of the first window after that which contains an instant. */
  long endOf(long epochNanos) {
    return endAfter(epochNanos, 0);
  }

  /** Returns the end of the window so many after that which contains an instant. */
  long endAfter(long epochNanos, long windows) {
    if (calendar == null) {
      return Nanos.add(beginOf(epochNanos), Nanos.multiply(windows + 1, length.toNanos()));
    }
    long unit = unitAt(epochNanos) + 1 + windows;
    try {
      return begin(unit);
    } catch (ArithmeticException | DateTimeException beyondTime) {
      return Nanos.FOR_EVER;
    }
  }

  // ---- the calendar: units are numbered, the one of January 1970 with 0

  /** Returns the last unit that has begun; where clocks change, local time alone does not say. */
  private long unitAt(long epochNanos) {
    Instant instant = Instant.ofEpochSecond(0, epochNanos);
    long unit = unitOf(LocalDateTime.ofInstant(instant, zone).minus(offset)) + 1;
    while (begin(unit) > epochNanos) {
      unit--;
    }
    return unit;
  }

  private long unitOf(LocalDateTime local) {
    return months > 0
        ? Math.floorDiv(12L * (local.getYear() - 1970) + local.getMonthValue() - 1, months)
        : Math.floorDiv(local.toLocalDate().toEpochDay() - firstDay(), days);
  }

  private LocalDateTime unoffsetStart(long unit) {
    LocalDate day =
        months > 0
            ? LocalDate.EPOCH.plusMonths(Math.multiplyExact(unit, months))
            : LocalDate.ofEpochDay(Math.addExact(firstDay(), Math.multiplyExact(unit, days)));
    return day.atStartOfDay();
  }

  private long begin(long unit) {
    return nanos(unoffsetStart(unit).plus(offset).atZone(zone).toInstant());
  }

  /** Weeks begin on Monday, the first of which was the fifth of January 1970. */
  private int firstDay() {
    return days % 7 == 0 ? 4 : 0;
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Windows windows
        && length.equals(windows.length)
        && Objects.equals(calendar, windows.calendar)
        && zone.equals(windows.zone)
        && offset.equals(windows.offset);
  }

  @Override
  public int hashCode() {
    return Objects.hash(length, calendar, zone, offset);
  }

  /** Returns the windows as messages show them: {@code PT1H}, {@code P1D in UTC from PT7H on}. */
  @Override
  public String toString() {
    return (calendar == null ? length.toString() : calendar + " in " + zone)
        + (offset.isZero() ? "" : " from " + offset + " on");
  }
}
