package dev.throttle.test;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Windows of days, weeks, months or years, as long as the calendar of a time zone makes them.
 *
 * <p>They are numbered from 1970 on: days from the first of January, weeks from the first Monday.
 * Local time says where to look, to within one window: where clocks are set back it comes twice. So
 * the begins decide, which are instants, and never decrease from one window to the next.
 */
final class CalendarWindows implements Windows {

  private static final LocalDate FIRST_MONDAY = LocalDate.of(1970, 1, 5);

  private final int count;
  private final ChronoUnit unit;
  private final LocalDate first;
  private final ZoneId zone;
  private final long offsetNanos;

  /**
   * @param period a positive number of days, or of months and years
   * @param offsetNanos how much later than midnight a window begins, in local time
   */
  @SuppressWarnings("JavaPeriodGetDays") // there are days or months, never both
  CalendarWindows(Period period, ZoneId zone, long offsetNanos) {
    boolean months = period.getDays() == 0;
    this.count = months ? (int) period.toTotalMonths() : period.getDays();
    this.unit = months ? ChronoUnit.MONTHS : ChronoUnit.DAYS;
    this.first = !months && count % 7 == 0 ? FIRST_MONDAY : LocalDate.EPOCH;
    this.zone = zone;
    this.offsetNanos = offsetNanos;
  }

  @Override
  public long beginOf(long epochNanos) {
    return begin(numberOf(epochNanos));
  }

  @Override
  public long endOf(long epochNanos) {
    return begin(numberOf(epochNanos) + 1);
  }

  private long numberOf(long epochNanos) {
    LocalDateTime local =
        LocalDateTime.ofInstant(Instant.ofEpochSecond(0, epochNanos), zone).minusNanos(offsetNanos);
    long number = Math.floorDiv(unit.between(first.atStartOfDay(), local), count) + 1;
    while (begin(number) > epochNanos) {
      number--;
    }
    return number;
  }

  /**
   * Of a local time that clocks skip, this is as much later; of one that comes twice, the first.
   */
  private long begin(long number) {
    LocalDateTime midnight = first.plus(number * count, unit).atStartOfDay();
    return Nanos.ofEpoch(midnight.plusNanos(offsetNanos).atZone(zone).toInstant());
  }
}
