package dev.throttle.clients.signal;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * The date of <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, 5.6.7</a>,
 * in its three formats. A wrong day of the week is not looked at.
 */
final class HttpDate {

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  private static final DateTimeFormatter FIXED = formatter("dd MMM yyyy HH:mm:ss 'GMT'");

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}, of RFC 850. */
  private static final DateTimeFormatter TWO_DIGIT_YEAR =
      new DateTimeFormatterBuilder()
          .appendPattern("dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH);

  /** {@code Sun Nov 6 08:49:37 1994}, of C's {@code asctime}. */
  private static final DateTimeFormatter ASCTIME = formatter("MMM ppd HH:mm:ss yyyy");

  private static final int NAME_OF_DAY = "Sun ".length();
  private static final int LONGEST = "Wednesday, 06-Nov-94 08:49:37 GMT".length();

  private HttpDate() {}

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  /**
   * Returns a point in time.
   *
   * @param clock tells the century of a year of two digits
   */
  static Instant parse(String text, Clock clock) throws MalformedFieldException {
    if (text.length() <= NAME_OF_DAY || text.length() > LONGEST) {
      throw new MalformedFieldException(text, "is no HTTP date");
    }
    int comma = text.indexOf(", ");
    try {
      LocalDateTime date;
      if (comma < 0) {
        date = LocalDateTime.parse(text.substring(NAME_OF_DAY), ASCTIME);
      } else if (text.indexOf('-') < 0) {
        date = LocalDateTime.parse(text.substring(comma + 2), FIXED);
      } else {
        date = inCentury(LocalDateTime.parse(text.substring(comma + 2), TWO_DIGIT_YEAR), clock);
      }
      return date.toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new MalformedFieldException(text, "is no HTTP date");
    }
  }

  /** More than 50 years in the future is the past, says the RFC. */
  private static LocalDateTime inCentury(LocalDateTime date, Clock clock) {
    LocalDateTime latest = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).plusYears(50);
    LocalDateTime inCentury = date.withYear(latest.getYear() / 100 * 100 + date.getYear() % 100);
    return inCentury.isAfter(latest) ? inCentury.minusYears(100) : inCentury;
  }
}
