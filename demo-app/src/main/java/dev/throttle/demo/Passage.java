package dev.throttle.demo;

/**
 * One call as the provider saw it, in nanoseconds since the start.
 *
 * @param askedNanos when the client was told to make it; {@link #AGAIN} if a retry made it
 * @param arrivedNanos when the provider had read it
 * @param countedNanos when the provider counted or refused it
 * @param answeredNanos when the provider sent its answer
 * @param refused whether that was a 429
 */
public record Passage(
    long askedNanos, long arrivedNanos, long countedNanos, long answeredNanos, boolean refused) {

  /** What {@code askedNanos} is of a call that nobody was told to make. */
  public static final long AGAIN = -1;

  boolean isFirstAttempt() {
    return askedNanos != AGAIN;
  }

  /** Returns how long the call waited on the client's side, its way to the provider included. */
  long waitNanos() {
    return Math.max(0, arrivedNanos - askedNanos);
  }

  long roundTripNanos() {
    return answeredNanos - arrivedNanos;
  }
}
