package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is set for all buckets, or for none of them. */
enum ProcessSetting {
  /** Whether limits hold. */
  ENABLED("true", "false"),
  /** The name of an {@link Unwoven}. */
  WEAVING("fail", "warn", "silent");

  private final List<String> values;

  ProcessSetting(String... values) {
    this.values = List.of(values);
  }

  /** Returns the one that this key sets, or null. */
  static @Nullable ProcessSetting ofKey(String key) {
    return Arrays.stream(values()).filter(of -> of.key().equals(key)).findFirst().orElse(null);
  }

  /** Returns the one that this environment variable sets, or null. */
  static @Nullable ProcessSetting ofVariable(String variable) {
    return Arrays.stream(values())
        .filter(of -> of.variable().equals(variable))
        .findFirst()
        .orElse(null);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String key() {
    return "throttle." + word();
  }

  String variable() {
    return "THROTTLE_" + name();
  }

  /**
   * Returns the value that a text means.
   *
   * @throws IllegalArgumentException if it is none
   */
  String require(String text) {
    String value = text.strip();
    if (!values.contains(value)) {
      throw badArgument("must be %s, but was '%s'.", words(), value);
    }
    return value;
  }

  private String words() {
    int last = values.size() - 1;
    return values.stream().limit(last).collect(Collectors.joining(", "))
        + " or "
        + values.get(last);
  }
}
