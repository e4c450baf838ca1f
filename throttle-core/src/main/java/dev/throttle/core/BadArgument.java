package dev.throttle.core;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Refusals of bad input, worded alike: what it is, the rule, the value, the fix. */
final class BadArgument {

  private BadArgument() {}

  static IllegalArgumentException badArgument(String format, @Nullable Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, format, values));
  }

  static <T> T requireNonNull(@Nullable T value, String what) {
    if (value == null) {
      throw new NullPointerException(what + " must not be null.");
    }
    return value;
  }

  /** Returns the key, unless it cannot be told apart from others. */
  static Object requireKey(Object key, String what) {
    if (requireNonNull(key, what).getClass().isArray()) {
      throw badArgument(
          "a %s must have equals and hashCode, which arrays have not. Take a String, a number or a"
              + " List.",
          what);
    }
    return key;
  }
}
