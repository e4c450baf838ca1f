package dev.throttle.core;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** A thread that parks until its turn has come. */
final class WaitingThread extends Waiter {

  private final Thread thread = Thread.currentThread();
  private final boolean mayWait;

  private WaitingThread(Throttle throttle) {
    super(throttle);
    this.mayWait = !throttle.route.room.mustNotBlock();
  }

  @Override
  boolean mayWait() {
    return mayWait;
  }

  /**
   * Parks until the turn has come, if the thread may.
   *
   * @throws ThrottledException if it is refused, or would have to wait and must not block
   */
  static long await(Throttle throttle) {
    WaitingThread waiter = new WaitingThread(throttle);
    long stamp;
    do {
      stamp = waiter.await();
    } while (stamp < 0);
    return stamp;
  }

  /** Refuses a thread that must not block. */
  static ThrottledException refusal(Throttle throttle) {
    ThrottledException refusal = ThrottledException.mustNotBlock(throttle, Thread.currentThread());
    throttle.route.room.events.refused(throttle, refusal);
    return refusal;
  }

  /** Returns below zero if the thread woke so late that its permit is gone. */
  private long await() {
    if (throttle.route.room.join(this)) {
      return stamp;
    }
    park();
    if (state == State.REFUSED) {
      // Thrown here, so that the trace shows who was refused.
      throw Objects.requireNonNull(refusal);
    }
    return throttle.renew(stamp);
  }

  private void park() {
    boolean interrupted = false;
    while (state == State.WAITING) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        interrupted = true;
        if (throttle.route.room.leave(this)) {
          Thread.currentThread().interrupt();
          throw ThrottledException.interrupted(throttle.route.buckets[0]);
        }
      }
    }
    if (interrupted) {
      // The grant came first; the call is made, and whoever blocks next sees the interrupt.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  void ready() {
    LockSupport.unpark(thread);
  }
}
