package dev.throttle.core;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * A clock that stands still until told; timers run in order of time on the thread that advances.
 */
final class FakeTime implements TimeSource {

  private final PriorityQueue<FakeTimer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((FakeTimer t) -> t.at).thenComparingLong(t -> t.number));
  private final long origin;
  private long wallOrigin;
  private long elapsed;
  private long scheduled;
  private long perLook;
  private boolean closed;

  /** Starts where ticks are about to wrap. */
  FakeTime() {
    this(Long.MAX_VALUE - 1_000);
  }

  FakeTime(long origin) {
    this(origin, 0);
  }

  FakeTime(long origin, long epochNanos) {
    this.origin = origin;
    this.wallOrigin = epochNanos;
  }

  @Override
  public long nanos() {
    elapsed += perLook;
    return origin + elapsed;
  }

  @Override
  public long epochNanos() {
    elapsed += perLook;
    return wallOrigin + elapsed;
  }

  /** Returns what the wall clock shows some time after the start, unless it is set again. */
  long wallAt(long elapsed) {
    return wallOrigin + elapsed;
  }

  /** Sets the wall clock: ahead, or back where it is less than zero. */
  void setWallClock(long by) {
    wallOrigin += by;
  }

  /** Lets time pass at each look at the clock, as it does outside of tests; no timer runs then. */
  void passAtEachLook(long nanos) {
    perLook = nanos;
  }

  /** Rejects every timer from now on. */
  void close() {
    closed = true;
  }

  /** Returns the nanoseconds since the start, which do not wrap. */
  long elapsed() {
    return elapsed;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    FakeTimer timer = new FakeTimer(elapsed + Math.max(0, delayNanos), scheduled++, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  int pendingTimers() {
    return timers.size();
  }

  /** Returns when the next timer runs, or {@link Long#MAX_VALUE}. */
  long nextTimer() {
    FakeTimer next = timers.peek();
    return next == null ? Long.MAX_VALUE : next.at;
  }

  void advance(long nanos) {
    advanceTo(elapsed + nanos);
  }

  void advanceTo(long to) {
    while (nextTimer() <= to) {
      FakeTimer timer = timers.remove();
      elapsed = Math.max(elapsed, timer.at);
      timer.task.run();
    }
    elapsed = Math.max(elapsed, to);
  }

  private record FakeTimer(long at, long number, Runnable task) {}
}
