package dev.throttle.test;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One limit with its memory and its lock. Whoever takes several gates locks them in the order of
 * their numbers, so that counters which share gates cannot block one another.
 */
final class Gate {

  private static final AtomicLong NEXT = new AtomicLong();

  final long number = NEXT.getAndIncrement();
  final ProviderLimit limit;
  final ReentrantLock lock = new ReentrantLock();

  private final Tally tally;
  private long latest;
  private boolean used;

  Gate(ProviderLimit limit) {
    this.limit = limit;
    this.tally = limit.newTally();
  }

  /** Moves to the tick, or stays where it is if another thread has come with a later one. */
  void moveTo(long tick) {
    if (!used || tick - latest > 0) {
      used = true;
      latest = tick;
    }
    tally.moveTo(latest);
  }

  boolean accepts() {
    return tally.remaining() > 0;
  }

  void add() {
    tally.add();
  }

  ProviderCounter.Answer answer(boolean accepted) {
    return new ProviderCounter.Answer(
        accepted, tally.remaining(), tally.retryInNanos(), tally.resetInNanos());
  }
}
