package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Priority;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that a declaration says of a bucket or of the calls that pass it, and the one rank that
 * knows which texts are right for it, whether they come from an annotation or from the
 * configuration.
 */
final class Element<T> {

  private static final Map<String, Element<?>> BY_NAME = new LinkedHashMap<>();

  private static final Pattern CALENDAR = Pattern.compile("P[1-9][0-9]{0,3}[DWMY]");

  // In the order of docs/configuration.md.
  static final Element<Integer> LIMIT = number("limit", 1, Integer.MAX_VALUE, ", such as 100");
  static final Element<TemporalAmount> PERIOD =
      new Element<>(
          "period",
          "an ISO-8601 duration such as PT15M, PT0S for a limit of concurrency, or a calendar quota"
              + " such as P1D, P1W or P1M",
          Element::period);
  static final Element<Algorithm> ALGORITHM = choice("algorithm", Algorithm.class);
  static final Element<Integer> BURST = number("burst", 1, Integer.MAX_VALUE, ", such as 100");
  static final Element<Duration> OFFSET = duration("offset", 0, "PT30M");
  static final Element<ZoneId> ZONE =
      new Element<>("zone", "a time zone such as Europe/Berlin or UTC", ZoneId::of);
  static final Element<Duration> COUNTED_WITHIN = duration("countedWithin", 1, "PT2S");
  static final Element<Integer> RESERVE = number("reserve", 0, 99, ", a percentage of the limit");
  static final Element<Duration> GUARD = duration("guard", 0, "PT0.001S");
  static final Element<Duration> MAX_HOLD = duration("maxHold", 1, "PT10M");
  static final Element<Integer> MAX_QUEUE =
      number("maxQueue", 0, Integer.MAX_VALUE, ", such as 1000");
  static final Element<Integer> MAX_KEYS =
      number("maxKeys", 1, Integer.MAX_VALUE, ", such as 10000");
  static final Element<Mode> MODE = choice("mode", Mode.class);
  static final Element<Boolean> HEED_SIGNALS = truth("heedSignals");
  static final Element<String> SHARED =
      // Says by itself what is wrong, without the address, which may hold a password.
      new Element<>("shared", "", text -> SharedBy.at(text).address());
  static final Element<Duration> MAX_WAIT = duration("maxWait", 0, "PT5S");
  static final Element<Integer> COST = number("cost", 1, Integer.MAX_VALUE, ", such as 2");
  static final Element<Priority> PRIORITY = choice("priority", Priority.class);
  static final Element<String> FAIR_BY =
      new Element<>(
          "fairBy", "the name of a @ThrottleKey", text -> text.isBlank() ? null : text.strip());

  /** Says by itself what is wrong: there is too much that can be. */
  static final Element<List<UriPattern>> URI = new Element<>("uri", "", UriPattern::list);

  private final String name;
  private final String rule;
  private final Function<String, @Nullable T> parser;
  private final List<String> words;
  private final int rank;

  private Element(String name, String rule, Function<String, @Nullable T> parser) {
    this(name, rule, parser, List.of());
  }

  private Element(
      String name, String rule, Function<String, @Nullable T> parser, List<String> words) {
    this.name = name;
    this.rule = rule;
    this.parser = parser;
    this.words = words;
    this.rank = BY_NAME.size();
    BY_NAME.put(name, this);
  }

  private static Element<Integer> number(String name, int least, int most, String hint) {
    String range =
        most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    return new Element<>(
        name,
        "a whole number " + range + hint,
        text -> {
          int number = Integer.parseInt(text);
          return number < least || number > most ? null : number;
        });
  }

  private static Element<Duration> duration(String name, long leastNanos, String example) {
    return new Element<>(
        name,
        "an ISO-8601 duration "
            + (leastNanos == 0 ? "of PT0S or more" : "of more than PT0S")
            + ", such as "
            + example,
        text -> {
          Duration duration = Duration.parse(text);
          return duration.compareTo(Duration.ofNanos(leastNanos)) < 0 ? null : duration;
        });
  }

  private static <E extends Enum<E>> Element<E> choice(String name, Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
    return new Element<>(
        name, "one of " + String.join(", ", words), text -> Enum.valueOf(type, text), words);
  }

  private static Element<Boolean> truth(String name) {
    Map<String, Boolean> words = Map.of("true", true, "false", false);
    return new Element<>(
        name,
        "true or false",
        text -> words.get(text.toLowerCase(Locale.ROOT)),
        List.of("true", "false"));
  }

  /** Days and more are no durations: how long they are depends on the calendar. */
  private static @Nullable TemporalAmount period(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (CALENDAR.matcher(upper).matches()) {
      return Period.parse(upper);
    }
    Duration duration = Duration.parse(upper);
    return upper.startsWith("PT") && !duration.isNegative() ? duration : null;
  }

  /** Returns all elements by their names, in the order in which they are documented. */
  static Map<String, Element<?>> all() {
    return Collections.unmodifiableMap(BY_NAME);
  }

  /** Returns those that each limit of a bucket has of its own, in the same order. */
  static List<Element<?>> ofEachLimit() {
    List<Element<?>> found = new ArrayList<>(BY_NAME.values());
    found.removeIf(element -> !element.isOfEachLimit());
    return found;
  }

  /** Returns where it stands among the others. */
  int rank() {
    return rank;
  }

  /** Returns whether each limit of a bucket has its own. */
  boolean isOfEachLimit() {
    return rank <= COUNTED_WITHIN.rank;
  }

  /** Returns whether it says what the bucket is, and not what its calls do. */
  boolean isOfDefinition() {
    return rank <= SHARED.rank;
  }

  /** Returns whether a declaration is complete without it. */
  boolean mayBeLeftOut() {
    return rank > PERIOD.rank;
  }

  /** Returns the name as environment variables have it: {@code MAX_WAIT}. */
  String variable() {
    return name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  /**
   * Returns what the text means.
   *
   * @throws IllegalArgumentException if it is not allowed, with what is
   */
  T require(String text) {
    T value = rule.isEmpty() ? parser.apply(text) : parse(text);
    if (value == null) {
      throw badArgument(
          "%s must be %s, but was '%s'.%s", name, rule, text, Nearest.question(text, words));
    }
    return value;
  }

  private @Nullable T parse(String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
