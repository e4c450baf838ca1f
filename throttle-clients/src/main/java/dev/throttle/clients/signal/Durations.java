package dev.throttle.clients.signal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;

/** Durations in words, rounded up to nanoseconds, at most those of a long. */
final class Durations {

  private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE);
  private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000L);

  /** Nanoseconds of a unit, named as Go's {@code time.Duration} does; µ has two code points. */
  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "ns", BigDecimal.ONE,
          "us", BigDecimal.valueOf(1_000),
          "\u00b5s", BigDecimal.valueOf(1_000),
          "\u03bcs", BigDecimal.valueOf(1_000),
          "ms", BigDecimal.valueOf(1_000_000),
          "s", SECOND,
          "m", SECOND.multiply(BigDecimal.valueOf(60)),
          "h", SECOND.multiply(BigDecimal.valueOf(3_600)),
          "d", SECOND.multiply(BigDecimal.valueOf(86_400)));

  private Durations() {}

  static Duration bounded(Duration duration) {
    return duration.compareTo(MAX) > 0 ? MAX : duration;
  }

  static Duration ofSeconds(BigDecimal seconds) {
    return ofNanos(seconds.multiply(SECOND));
  }

  private static Duration ofNanos(BigDecimal nanos) {
    return Duration.ofNanos(
        nanos.setScale(0, RoundingMode.CEILING).min(MAX_NANOS).longValueExact());
  }

  /** Returns the sum of numbers with units: {@code 6m0s}, {@code 2m59.56s}, {@code 20ms}. */
  static Duration parse(String text) throws MalformedFieldException {
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    do {
      int unitAt = at;
      while (unitAt < text.length() && isOfNumber(text.charAt(unitAt))) {
        unitAt++;
      }
      int end = unitAt;
      while (end < text.length() && !isOfNumber(text.charAt(end))) {
        end++;
      }
      BigDecimal unit = UNITS.get(text.substring(unitAt, end));
      if (unit == null) {
        throw new MalformedFieldException(text, "is no duration");
      }
      nanos = nanos.add(Numbers.decimal(text.substring(at, unitAt)).multiply(unit));
      at = end;
    } while (at < text.length());
    return ofNanos(nanos);
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }
}
