package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

/**
 * One line of the configuration, as it was found.
 *
 * @param origin where it was found: the URL of a file, {@code system property}, {@code environment
 *     variable}, or what a framework calls its source
 * @param key the key as it is there
 * @param value the value as it is there
 */
public record Setting(String origin, String key, String value) {

  public Setting {
    requireNonNull(origin, "origin");
    requireNonNull(key, "key");
    requireNonNull(value, "value");
  }

  /** Returns the setting as messages show it: {@code throttle.enabled=false (system property)}. */
  @Override
  public String toString() {
    return key + "=" + value + " (" + origin + ")";
  }
}
