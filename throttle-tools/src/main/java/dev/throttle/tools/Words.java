package dev.throttle.tools;

import dev.throttle.core.Index;
import dev.throttle.core.Limit;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says for people what the index says for programs. */
final class Words {

  /** A duration or period of ISO-8601, with the word before it if that goes without a one. */
  private static final Pattern ISO =
      Pattern.compile("(per |each )?\\bP(?=T?\\d)((?:\\d+[YMWD])*)(?:T((?:[\\d.]+[HMS])+))?");

  private static final Pattern PART = Pattern.compile("([\\d.]+)([A-Z])");

  private static final Map<String, String> DATE_UNITS =
      Map.of("Y", "year", "M", "month", "W", "week", "D", "day");
  private static final Map<String, String> TIME_UNITS =
      Map.of("H", "hour", "M", "minute", "S", "second");

  private Words() {}

  /** Returns the limits of a bucket: {@code 100 per 15 minutes and 5 at once}. */
  static String limits(Index.Definition definition) {
    String iso =
        definition.limits().stream().map(Limit::toString).collect(Collectors.joining(" and "));
    return ISO.matcher(iso).replaceAll(found -> Matcher.quoteReplacement(duration(found)));
  }

  private static String duration(MatchResult found) {
    String before = found.group(1) == null ? "" : found.group(1);
    String parts = units(found.group(2), DATE_UNITS) + units(found.group(3), TIME_UNITS);
    String words = parts.strip();
    boolean isOneUnit = words.matches("1 \\w+");
    return before + (isOneUnit && !before.isEmpty() ? words.substring(2) : words);
  }

  private static String units(String parts, Map<String, String> units) {
    return parts == null
        ? ""
        : PART.matcher(parts)
            .results()
            .map(
                part ->
                    part.group(1)
                        + " "
                        + unit(units.getOrDefault(part.group(2), ""), part.group(1)))
            .collect(Collectors.joining(" ", "", " "));
  }

  private static String unit(String unit, String number) {
    return number.equals("1") ? unit : unit + "s";
  }

  /** Returns how the permits of a bucket are counted. */
  static String algorithm(Index.Definition definition) {
    return definition.limits().stream()
        .map(
            limit ->
                limit.period().isZero()
                    ? "concurrency"
                    : limit.algorithm().name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Returns whether a bucket is one per key, or that nobody says so. */
  static String keyed(Index.Definition definition) {
    return definition.keyed() == null ? "-" : definition.keyed() ? "yes" : "no";
  }

  /** Returns a method as it is written: {@code com.acme.FooApi.user(String, long)}. */
  static String method(Index.Method method) {
    return method.type()
        + "."
        + method.name()
        + MethodTypeDesc.ofDescriptor(method.descriptor()).parameterList().stream()
            .map(ClassDesc::displayName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
