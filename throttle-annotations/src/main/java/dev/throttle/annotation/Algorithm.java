package dev.throttle.annotation;

/**
 * How the permits of a period are counted. Each counts a call from its grant until it is complete,
 * because nobody but the provider knows when in between it was counted there.
 */
public enum Algorithm {
  /**
   * A call occupies one of {@code limit} slots from its grant until one period after it is
   * complete, so no interval of one period ever holds more than {@code limit} calls on the
   * provider's clock. Safe for a provider of any kind.
   */
  SLIDING_WINDOW,

  /**
   * A bucket of {@code burst} tokens that gets {@code limit} new ones, one after another, in each
   * period; the token of a call begins to come back when the call is complete. For a provider with
   * a token bucket of that size and refill.
   */
  TOKEN_BUCKET,

  /**
   * {@code limit} calls in each of the windows that begin at fixed times; a call in flight across a
   * boundary counts in both. For a provider that counts in the same windows: a daily quota, a
   * counter that is set back every full hour.
   */
  FIXED_WINDOW,

  /**
   * Like {@link #TOKEN_BUCKET}, and calls start by a schedule of one each {@code period / limit}:
   * nothing goes out in a burst. One that starts late, by less than that, does not delay the next.
   * With {@code burst = 1} a call starts only {@code period / limit} after the one before is
   * complete, for a provider that allows no two calls closer to each other.
   */
  LEAKY_BUCKET
}
