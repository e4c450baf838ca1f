package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a setting is about: an element of a bucket, or of one of its further limits.
 *
 * @param bucket the bucket's name; of an environment variable, what is left of the name
 */
record Key(String bucket, Place place) {

  private static final String BUCKETS = "throttle.buckets.";
  private static final String BUCKETS_VARIABLE = "THROTTLE_BUCKETS_";

  /** What comes after the first word of a key. */
  private static final List<String> SECOND_WORDS =
      Stream.concat(
              Arrays.stream(ProcessSetting.values()).map(ProcessSetting::word),
              Stream.of("buckets"))
          .distinct()
          .toList();

  private static final Pattern ALSO = Pattern.compile("(.+)\\.also\\.([0-9]+)");
  private static final Pattern ALSO_VARIABLE = Pattern.compile("(.+)_ALSO_([0-9]+)");

  /**
   * Where in a bucket.
   *
   * @param also 0 for the bucket itself and its first limit, otherwise the number of a further one
   */
  record Place(int also, Element<?> element) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::also).thenComparingInt(place -> place.element().rank());

    Place {
      if (also > 0 && !element.isOfEachLimit()) {
        throw badArgument(
            "%s is the bucket's, not that of one of its limits. Leave out 'also' and its number.",
            element);
      }
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    /** Returns the place as keys end: {@code limit}, {@code also.1.limit}. */
    @Override
    public String toString() {
      return also == 0 ? element.toString() : "also." + also + "." + element;
    }
  }

  /** Returns whether a key is one of these, or was meant to be; others may be somebody else's. */
  static boolean isMeant(String key) {
    return isMeant(key.split("\\.", 3), "throttle", SECOND_WORDS);
  }

  /** Returns whether an environment variable is one of these, or was meant to be. */
  static boolean isMeantVariable(String variable) {
    return isMeant(
        variable.split("_", 3),
        "THROTTLE",
        SECOND_WORDS.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList());
  }

  private static boolean isMeant(String[] words, String first, List<String> second) {
    return words.length > 1 && words[0].equals(first) && Nearest.of(words[1], second) != null;
  }

  /** Returns whether a key, right or wrong, is of no bucket. */
  static boolean ofProcess(String key) {
    return !key.startsWith(BUCKETS) && !key.startsWith(BUCKETS_VARIABLE);
  }

  /** Returns a bucket's name as an environment variable holds it. */
  static String variable(String name) {
    StringBuilder variable = new StringBuilder();
    for (int c : name.codePoints().toArray()) {
      if (c >= 'a' && c <= 'z') {
        variable.append((char) (c - 'a' + 'A'));
      } else {
        boolean kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        variable.append(kept ? (char) c : '_');
      }
    }
    return variable.toString();
  }

  /**
   * Understands a key that has the bucket's name as it is.
   *
   * @throws IllegalArgumentException if it has no name, or no element that there is
   */
  static Key of(String text) {
    if (!text.startsWith(BUCKETS)) {
      throw badArgument(
          "unknown key; there are %s and %sNAME.ELEMENT.",
          settings(text, ProcessSetting::key), BUCKETS);
    }
    String rest = text.substring(BUCKETS.length());
    int dot = rest.lastIndexOf('.');
    if (dot < 0 || rest.substring(0, dot).isBlank()) {
      throw badArgument("the key names no bucket or no element; write %sNAME.ELEMENT.", BUCKETS);
    }
    String word = rest.substring(dot + 1);
    Element<?> element = Element.all().get(word);
    if (element == null) {
      throw unknown(List.of(word), Element.all().keySet());
    }
    return of(rest.substring(0, dot), ALSO, element);
  }

  /**
   * Understands an environment variable.
   *
   * @throws IllegalArgumentException if it has no name, or no element that there is
   */
  static Key ofVariable(String text) {
    if (!text.startsWith(BUCKETS_VARIABLE)) {
      throw badArgument(
          "unknown variable; there are %s and %sNAME_ELEMENT.",
          settings(text, ProcessSetting::variable), BUCKETS_VARIABLE);
    }
    String rest = text.substring(BUCKETS_VARIABLE.length());
    for (Element<?> element : Element.all().values()) {
      int end = rest.length() - element.variable().length() - 1;
      if (end > 0 && rest.endsWith("_" + element.variable())) {
        return of(rest.substring(0, end), ALSO_VARIABLE, element);
      }
    }
    List<String> elements = Element.all().values().stream().map(Element::variable).toList();
    if (elements.contains(rest)) {
      throw badArgument("the variable names no bucket; write %sNAME_ELEMENT.", BUCKETS_VARIABLE);
    }
    throw unknown(List.of(lastWords(rest, 1), lastWords(rest, 2)), elements);
  }

  private static String settings(String text, Function<ProcessSetting, String> name) {
    return ProcessSetting.near(text).stream().map(name).collect(Collectors.joining(", "));
  }

  private static String lastWords(String variable, int count) {
    List<String> words = List.of(variable.split("_", -1));
    return String.join("_", words.subList(Math.max(words.size() - count, 0), words.size()));
  }

  private static IllegalArgumentException unknown(List<String> words, Collection<String> known) {
    for (String word : words) {
      String meant = Nearest.of(word, known);
      if (meant != null) {
        return badArgument("unknown element '%s'. Did you mean '%s'?", word, meant);
      }
    }
    return badArgument(
        "unknown element '%s'; there are %s.", words.get(0), String.join(", ", known));
  }

  private static Key of(String name, Pattern also, Element<?> element) {
    Matcher matcher = also.matcher(name);
    if (!matcher.matches()) {
      return new Key(name, new Place(0, element));
    }
    String number = matcher.group(2);
    if (!number.matches("[1-9][0-9]?")) {
      throw badArgument("further limits are numbered from 1 to 99, but this one is %s.", number);
    }
    return new Key(matcher.group(1), new Place(Integer.parseInt(number), element));
  }
}
