package dev.throttle.test;

import dev.throttle.test.ProviderCounter.Answer;
import java.util.ArrayList;
import java.util.List;
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
  private long latestTick;
  private long latestEpochNanos;
  private boolean used;

  Gate(ProviderLimit limit) {
    this.limit = limit;
    this.tally = limit.newTally();
  }

  /**
   * Counts one call in all of these or, if one refuses, in none, and answers for each, in their
   * order. The caller sees to it that nobody else uses them meanwhile.
   */
  static List<Answer> countEach(List<Gate> gates, long tick, long epochNanos, int cost) {
    boolean accepted = true;
    for (Gate gate : gates) {
      gate.moveTo(tick, epochNanos);
      accepted &= gate.tally.accepts(gate.limit.counted(cost));
    }
    List<Answer> answers = new ArrayList<>(gates.size());
    for (Gate gate : gates) {
      answers.add(gate.count(gate.limit.counted(cost), accepted));
    }
    return answers;
  }

  /** Moves to the tick, or stays where it is if another thread has come with a later one. */
  private void moveTo(long tick, long epochNanos) {
    if (!used || tick - latestTick >= 0) {
      used = true;
      latestTick = tick;
      latestEpochNanos = epochNanos;
    }
    tally.moveTo(latestTick, latestEpochNanos);
  }

  private Answer count(int cost, boolean acceptedByAll) {
    boolean accepted = tally.accepts(cost);
    if (acceptedByAll || limit.countsRefused()) {
      tally.add(cost);
    }
    return new Answer(accepted, tally.remaining(), tally.retryInNanos(cost), tally.resetInNanos());
  }
}
