package dev.throttle.clients.signal;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * When a limit is reset, in all the forms that providers use: a number, a duration with units, a
 * date.
 *
 * <p>A number does not say what it is; its size does. Below 10⁹ it is seconds from now (31 years;
 * as a point in time, before 2001). Below 10¹¹ it is seconds since 1970 (until the year 5138).
 * Below 10¹⁴ it is milliseconds since 1970 (from 1973 to 5138). Beyond that it is nothing known.
 */
final class Reset {

  private static final BigDecimal EPOCH_SECONDS = BigDecimal.TEN.pow(9);
  private static final BigDecimal EPOCH_MILLIS = BigDecimal.TEN.pow(11);
  private static final BigDecimal END = BigDecimal.TEN.pow(14);

  private static final int LONGEST_DATE = 40;

  private Reset() {}

  /** Returns the time until the reset, zero if it has passed. */
  static Duration in(String text, Answer answer) throws MalformedFieldException {
    boolean number = true;
    for (int i = 0; number && i < text.length(); i++) {
      char c = text.charAt(i);
      number = (c >= '0' && c <= '9') || c == '.';
    }
    if (number) {
      return in(Numbers.decimal(text), answer);
    }
    char first = text.charAt(0);
    if (first < '0' || first > '9') {
      return answer.until(answer.httpDate(text));
    }
    return text.indexOf('-') < 0 ? Durations.parse(text) : answer.until(rfc3339(text));
  }

  static Duration in(BigDecimal number, Answer answer) throws MalformedFieldException {
    if (number.compareTo(EPOCH_SECONDS) < 0) {
      return Durations.ofSeconds(number);
    }
    if (number.compareTo(END) >= 0) {
      throw new MalformedFieldException(number.toPlainString(), "is no time of a reset");
    }
    BigDecimal seconds = number.compareTo(EPOCH_MILLIS) < 0 ? number : number.movePointLeft(3);
    return answer.until(Instant.EPOCH.plus(Durations.ofSeconds(seconds)));
  }

  /** A date of <a href="https://www.rfc-editor.org/rfc/rfc3339">RFC 3339</a>. */
  private static Instant rfc3339(String text) throws MalformedFieldException {
    try {
      if (text.length() <= LONGEST_DATE) {
        return OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      // as if it were too long
    }
    throw new MalformedFieldException(text, "is no date");
  }
}
