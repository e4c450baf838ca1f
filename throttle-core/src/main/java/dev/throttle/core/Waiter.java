package dev.throttle.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call that waits for its turn. Guarded by the waiting room's lock, which alone decides between
 * a grant, a refusal and leaving; the fields that others read are volatile.
 */
abstract class Waiter {

  enum State {
    WAITING,
    /** It has its permit, and {@link #stamp} says which. */
    GRANTED,
    /** {@link #refusal} says why. */
    REFUSED,
    /** It is not in the room: not yet, or it gave up by itself. */
    LEFT
  }

  final Throttle throttle;

  /** In which it waits, once it does. */
  @Nullable Line line;

  long ticket = -1;
  long askedAt;
  long deadline = Nanos.FOR_EVER;
  boolean hasDeadline;
  @Nullable Waiter previous;
  @Nullable Waiter next;

  volatile State state = State.LEFT;
  long stamp;
  @Nullable ThrottledException refusal;

  /** The flight recorder's, if it records. */
  @Nullable Object event;

  /** Who is told how the wait ends. */
  @Nullable WaitListener listener;

  Waiter(Throttle throttle) {
    this.throttle = throttle;
  }

  Duration waited(long now) {
    return Duration.ofNanos(now - askedAt);
  }

  /** Returns whether it may wait at all; otherwise it is granted at once, or refused. */
  boolean mayWait() {
    return true;
  }

  /** Returns how many calls wait in the same line before this one. */
  final int waitingBefore() {
    int count = 0;
    for (Waiter before = previous; before != null; before = before.previous) {
      count++;
    }
    return count;
  }

  /**
   * Called once after a grant or a refusal, outside of the lock and perhaps on the timer thread:
   * must be short and run no foreign code but an executor's {@code execute}.
   */
  abstract void ready();
}
