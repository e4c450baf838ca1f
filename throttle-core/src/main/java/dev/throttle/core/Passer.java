package dev.throttle.core;

/** A call that takes what it gets now, and does not wait. */
final class Passer extends Waiter {

  Passer(Throttle throttle) {
    super(throttle);
  }

  /** Does nothing: it is granted by the answer to its question, or not at all. */
  @Override
  void ready() {}
}
