package dev.throttle.core;

/**
 * What is done about annotated classes that were not woven, so that no limit is kept in them: the
 * setting {@code throttle.weaving}.
 */
public enum Unwoven {
  /** The start of the tests, the application, or the first throttled call fails. */
  FAIL,
  /** It is logged, once. */
  WARN,
  /** Nothing, and nobody looks. */
  SILENT
}
