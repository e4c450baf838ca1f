package dev.throttle.annotation;

/** How the permits of a period are counted. */
public enum Algorithm {
  /**
   * A call occupies one of {@code limit} slots from its grant until one period after it is
   * complete, so no interval of one period ever holds more than {@code limit} calls on the
   * provider's clock.
   */
  SLIDING_WINDOW
}
