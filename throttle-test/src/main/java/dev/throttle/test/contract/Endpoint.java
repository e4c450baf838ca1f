package dev.throttle.test.contract;

import java.util.Locale;

/**
 * The calls that every client of the contract makes, each a GET that passes a bucket of its own of
 * one per second. What says so is another thing each time: where hooks go by annotations, that of a
 * method, of its type, of a type that it inherits from, and a {@linkplain FooApiCall team's own};
 * where they go by rules, as many kinds of those.
 */
public enum Endpoint {
  /** The method's own annotation. */
  METHOD,
  /** That of the interface. */
  TYPE,
  /** That of an interface which this one extends. */
  INHERITED,
  /** {@link FooApiCall}. */
  META;

  /** Returns the name of its bucket: {@code api/method}. */
  public String bucket() {
    return "api" + path();
  }

  /** Returns the path of its requests: {@code /method}. */
  public String path() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }
}
