package dev.throttle.benchmarks;

/**
 * A rate limiter in its blocking form, seen the same way whoever wrote it.
 *
 * <p>The two halves are primitive so that measuring one costs no allocation of ours.
 */
@FunctionalInterface
interface Limiter {

  /**
   * Waits until one call may be sent.
   *
   * @return what {@link #end} wants back, meaningless to the caller
   */
  long begin() throws InterruptedException;

  /**
   * Says that the call has its answer. Peers do not want to know; hence nothing by default.
   *
   * @param stamp what {@link #begin} returned
   */
  default void end(long stamp) {}
}
