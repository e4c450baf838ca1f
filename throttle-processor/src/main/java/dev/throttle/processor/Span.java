package dev.throttle.processor;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as they are written in an annotation, and as they are said to a person. */
final class Span {

  private static final Pattern WITH_DATE =
      Pattern.compile("[-+]?P([-+]?\\d+[YMWD])+(T.*)?", Pattern.CASE_INSENSITIVE);

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
   * Says whether the text counts days, weeks, months or years. As a period these follow the
   * calendar, also {@code P1D}, although {@link Duration#parse} takes that for 24 hours.
   */
  static boolean isCalendar(String text) {
    return WITH_DATE.matcher(text).matches();
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
