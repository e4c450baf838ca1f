package dev.throttle.test;

/**
 * What a provider remembers of the calls that it counted against one limit.
 *
 * <p>Not safe for threads, and ticks must not go back: {@link Gate} sees to that, its users to the
 * former. The questions are asked after {@link #moveTo}, and are about that moment. A cost is at
 * least 1.
 */
interface Tally {

  /** The wait of a call that will never pass. */
  long NEVER = Long.MAX_VALUE;

  /**
   * Forgets what no longer matters. Cost: amortised over the calls counted.
   *
   * @param tick when, for limits of spans
   * @param epochNanos the wall clock, for limits whose windows begin at fixed times; it may go back
   */
  void moveTo(long tick, long epochNanos);

  /** Returns how many calls of cost 1 would still be accepted now. */
  int remaining();

  /** Returns whether a call would be accepted now. */
  default boolean accepts(int cost) {
    return cost <= remaining();
  }

  /** Counts a call; if it is not accepted (a provider that counts those), as far as it goes. */
  void add(int cost);

  /** Returns the nanoseconds until a call would be accepted if none came before; 0 if now. */
  long retryInNanos(int cost);

  /** Returns the nanoseconds until the limit is whole again if no call came before; 0 if it is. */
  long resetInNanos();
}
