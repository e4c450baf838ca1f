package dev.throttle.core;

/**
 * Is told how one wait has ended; see {@link ThrottleListener#beginWait}.
 *
 * <p>Called once, outside of all locks, by the thread that ends the wait: to be short, and never to
 * block. What it throws is logged and harms nobody.
 */
@FunctionalInterface
public interface WaitListener {

  /** How a wait ends. */
  enum Outcome {
    /** The call has its permit. */
    GRANTED,
    /** The call was refused, and not made. */
    REFUSED,
    /** Its caller gave up, or the thread was interrupted. */
    CANCELLED
  }

  /** The wait is over. */
  void ended(Outcome outcome);
}
