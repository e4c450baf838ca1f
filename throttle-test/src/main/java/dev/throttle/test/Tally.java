package dev.throttle.test;

/**
 * What a provider remembers of the calls that it counted against one limit.
 *
 * <p>Not safe for threads, and ticks must not go back: {@link ProviderCounter} sees to both. The
 * questions are asked after {@link #moveTo}, and are about that tick.
 */
interface Tally {

  /** Forgets what no longer matters at this tick. Cost: amortised over the calls counted. */
  void moveTo(long tick);

  /** Returns how many calls would still be accepted at this tick. */
  int remaining();

  /** Counts a call; if none remains (a provider that counts refused calls), as far as it goes. */
  void add();

  /** Returns the nanoseconds until a call would be accepted if none came before; 0 if now. */
  long retryInNanos();

  /** Returns the nanoseconds until the limit is whole again if no call came before; 0 if it is. */
  long resetInNanos();
}
