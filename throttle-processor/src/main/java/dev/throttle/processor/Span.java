package dev.throttle.processor;

import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as they are written in an annotation, and as they are said to a person. */
final class Span {

  private static final Pattern WITH_DATE =
      Pattern.compile("[-+]?P([-+]?\\d+[YMWD])+(T.*)?", Pattern.CASE_INSENSITIVE);

  private static final Pattern ONE_UNIT =
      Pattern.compile("P([1-9]\\d{0,3})([YMWD])", Pattern.CASE_INSENSITIVE);

  private static final Pattern AS_SAID =
      Pattern.compile(
          "(?:PT?)?\\s*(\\d+)\\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)",
          Pattern.CASE_INSENSITIVE);

  private static final Map<String, String> UNITS =
      Map.of("Y", "year", "M", "month", "W", "week", "D", "day");

  private Span() {}

  /** Returns the duration, or null if {@link Duration#parse} refuses the text. */
  static @Nullable Duration parse(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /**
   * Returns what was probably meant by a text that is no duration, such as {@code 15 minutes} or
   * {@code 5s}; or null.
   */
  static @Nullable String meantBy(String text) {
    Matcher matcher = AS_SAID.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    char unit = Character.toUpperCase(matcher.group(2).charAt(0));
    String meant = "PT" + matcher.group(1) + unit;
    return parse(meant) == null ? null : meant;
  }

  /**
   * Says whether the text counts days, weeks, months or years, rightly or not. As a period these
   * follow the calendar, also {@code P1D}, although {@link Duration#parse} takes that for 24 hours.
   */
  static boolean isCalendar(String text) {
    return WITH_DATE.matcher(text).matches();
  }

  /**
   * Returns the period of a calendar quota, or null if it is not a number from 1 to 9999 of only
   * one of days, weeks, months and years.
   */
  static @Nullable Period parseCalendar(String text) {
    return ONE_UNIT.matcher(text).matches() ? Period.parse(text) : null;
  }

  /** Says whether a limit can have the text as its period. */
  static boolean isPeriod(String text) {
    if (isCalendar(text)) {
      return parseCalendar(text) != null;
    }
    Duration duration = parse(text);
    return duration != null && !duration.isNegative();
  }

  /** Returns the length of a limit's period; of a calendar, where they differ, the usual one. */
  static Duration usualLength(String period) {
    Period calendar = isCalendar(period) ? parseCalendar(period) : null;
    if (calendar != null) {
      return Duration.ofDays(30 * calendar.toTotalMonths() + calendar.get(ChronoUnit.DAYS));
    }
    return Objects.requireNonNullElse(parse(period), Duration.ZERO);
  }

  /** Returns the period of a limit in words. */
  static String periodInWords(String period) {
    return isCalendar(period)
        ? calendarInWords(period)
        : inWords(Objects.requireNonNullElse(parse(period), Duration.ZERO));
  }

  /** Returns the period of a calendar quota in words: {@code 1 day}, {@code 3 months}. */
  static String calendarInWords(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = ONE_UNIT.matcher(text);
    if (matcher.matches()) {
      String unit = UNITS.getOrDefault(matcher.group(2).toUpperCase(Locale.ROOT), "");
      add(words, Long.parseLong(matcher.group(1)), unit);
    }
    return String.join("", words);
  }

  /** Returns the duration in words: {@code 15 minutes}, {@code 1 hour 30 minutes}. */
  static String inWords(Duration duration) {
    List<String> words = new ArrayList<>();
    add(words, duration.toHours(), "hour");
    add(words, duration.toMinutesPart(), "minute");
    add(words, duration.toSecondsPart(), "second");
    int nanos = duration.toNanosPart();
    if (nanos % 1_000_000 == 0) {
      add(words, nanos / 1_000_000, "millisecond");
    } else {
      add(words, nanos, "nanosecond");
    }
    return words.isEmpty() ? "0 seconds" : String.join(" ", words);
  }

  private static void add(List<String> words, long amount, String unit) {
    if (amount != 0) {
      words.add(String.format(Locale.ROOT, "%d %s%s", amount, unit, amount == 1 ? "" : "s"));
    }
  }
}
