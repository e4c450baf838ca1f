package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is set for all buckets, or for none of them. */
enum ProcessSetting {
  /** Whether limits hold. */
  ENABLED("enabled", List.of("true", "false"), text -> text),
  /** The name of an {@link Unwoven}. */
  WEAVING("weaving", List.of("fail", "warn", "silent"), text -> text),
  /** The address of the store by which all buckets are shared that say nothing else. */
  SHARED("shared", text -> SharedBy.at(text).address()),
  SHARED_CLIENT_ID("shared.clientId", ProcessSetting::notBlank),
  SHARED_CLIENT_SECRET("shared.clientSecret", ProcessSetting::notBlank),
  SHARED_NAMESPACE("shared.namespace", ProcessSetting::notBlank),
  SHARED_POLICY(
      "shared.policy",
      List.of("wait", "share", "open"),
      text -> Unreachable.valueOf(text.toUpperCase(Locale.ROOT))),
  SHARED_MAX_CALL("shared.maxCall", ProcessSetting::duration),
  SHARED_REFRESH("shared.refresh", ProcessSetting::duration),
  SHARED_LEASE("shared.lease", ProcessSetting::duration);

  private static final String PREFIX = "throttle.";
  private static final String SHARED_PREFIX = "throttle.shared.";
  private static final String SHARED_VARIABLE = "THROTTLE_SHARED_";

  private final String words;
  private final List<String> values;
  private final Function<String, Object> parser;

  ProcessSetting(String words, Function<String, Object> parser) {
    this(words, List.of(), parser);
  }

  ProcessSetting(String words, List<String> values, Function<String, Object> parser) {
    this.words = words;
    this.values = values;
    this.parser = parser;
  }

  /** Returns the one that this key sets, or null. */
  static @Nullable ProcessSetting ofKey(String key) {
    return Arrays.stream(values())
        .filter(of -> of.key().equals(key) || of.dashedKey().equals(key))
        .findFirst()
        .orElse(null);
  }

  /** Returns the one that this environment variable sets, or null. */
  static @Nullable ProcessSetting ofVariable(String variable) {
    return Arrays.stream(values())
        .filter(of -> of.variable().equals(variable))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns those that somebody may have meant: not all of sharing where it is about something
   * else.
   */
  static List<ProcessSetting> near(String text) {
    boolean ofSharing = text.startsWith(SHARED_PREFIX) || text.startsWith(SHARED_VARIABLE);
    return Arrays.stream(values())
        .filter(of -> ofSharing ? of.word().equals("shared") : of.words.equals(of.word()))
        .toList();
  }

  /**
   * Returns whether what a key sets must not be shown: a secret, or what may have been meant to be
   * one.
   */
  static boolean mayBeSecret(String key) {
    ProcessSetting known = ofKey(key) == null ? ofVariable(key) : ofKey(key);
    return known == null
        ? key.startsWith(SHARED_PREFIX)
            || key.startsWith(SHARED_VARIABLE)
            || (Key.ofProcess(key) && key.toLowerCase(Locale.ROOT).contains("secret"))
        : known == SHARED_CLIENT_SECRET;
  }

  /** Returns the first word of the key after {@code throttle}. */
  String word() {
    int dot = words.indexOf('.');
    return dot < 0 ? words : words.substring(0, dot);
  }

  String key() {
    return PREFIX + words;
  }

  private String dashedKey() {
    return key().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  String variable() {
    return "THROTTLE_" + name();
  }

  /**
   * Returns the value that a text means, or null if it takes back what is said elsewhere.
   *
   * @throws IllegalArgumentException if it is none
   */
  @Nullable Object require(String text) {
    String value = text.strip();
    if (this == SHARED && value.equals(ConfigurationReader.NONE)) {
      return null;
    }
    if (!values.isEmpty() && !values.contains(value)) {
      throw badArgument("must be %s, but was '%s'.", choice(), value);
    }
    return parser.apply(value);
  }

  private String choice() {
    int last = values.size() - 1;
    return values.stream().limit(last).collect(Collectors.joining(", "))
        + " or "
        + values.get(last);
  }

  private static String notBlank(String text) {
    if (text.isEmpty()) {
      throw badArgument("must not be blank.");
    }
    return text;
  }

  private static Duration duration(String text) {
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (DateTimeException e) {
      // told below
    }
    throw badArgument(
        "must be an ISO-8601 duration of more than PT0S, such as PT30S, but was '%s'.", text);
  }
}
