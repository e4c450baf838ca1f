package dev.throttle.test;

/**
 * One call in the log of a {@link RateLimitedProvider}. Times are nanoseconds since the provider's
 * start, on its own clock, and never decrease from one to the next.
 *
 * @param request what came
 * @param cost what it cost; 0 if that could not be read
 * @param arrivedNanos when its headers had been read
 * @param countedNanos when it was counted or refused, after the jitter before
 * @param answeredNanos just before the first byte of the answer was sent, after the jitter after
 * @param status what was answered; 0 if the provider hung up instead
 * @param accepted whether the limits let it pass; false for what was answered 429 by a limit, or
 *     400 because its cost or key could not be read
 */
public record ProviderCall(
    ProviderRequest request,
    int cost,
    long arrivedNanos,
    long countedNanos,
    long answeredNanos,
    int status,
    boolean accepted) {

  /** Returns the path of the request. */
  public String path() {
    return request.path();
  }
}
