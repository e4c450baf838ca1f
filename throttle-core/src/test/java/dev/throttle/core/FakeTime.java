package dev.throttle.core;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A clock that stands still until told; timers run in order of time on the thread that advances.
 */
final class FakeTime implements TimeSource {

  private final PriorityQueue<FakeTimer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((FakeTimer t) -> t.at).thenComparingLong(t -> t.number));
  private final long origin;
  private long elapsed;
  private long scheduled;

  /** Starts where ticks are about to wrap. */
  FakeTime() {
    this(Long.MAX_VALUE - 1_000);
  }

  FakeTime(long origin) {
    this.origin = origin;
  }

  @Override
  public long nanos() {
    return origin + elapsed;
  }

  /** Returns the nanoseconds since the start, which do not wrap. */
  long elapsed() {
    return elapsed;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    FakeTimer timer = new FakeTimer(elapsed + Math.max(0, delayNanos), scheduled++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  int pendingTimers() {
    return timers.size();
  }

  void advance(long nanos) {
    advanceTo(elapsed + nanos);
  }

  void advanceTo(long to) {
    while (!timers.isEmpty() && timers.peek().at <= to) {
      FakeTimer timer = timers.remove();
      elapsed = Math.max(elapsed, timer.at);
      timer.task.run();
    }
    elapsed = to;
  }

  private record FakeTimer(long at, long number, Runnable task) {}
}
