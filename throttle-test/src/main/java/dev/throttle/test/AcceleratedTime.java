package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import dev.throttle.core.TimeSource;
import java.util.Locale;

/**
 * Time in which every real second counts as many: limits of minutes are tested in a second, with
 * real threads. The wall clock starts at the real one and runs as much faster; the real one is not
 * looked at again.
 *
 * <p>A timer never runs before its accelerated tick. It may run late by what the machine needs to
 * wake a thread, and that lateness is multiplied too: with a factor of 1,000, a millisecond of it
 * is a second. Timers run on one daemon thread, which {@link #close} ends; what a timer throws goes
 * to the uncaught exception handler of that thread and stops no other timer.
 */
public final class AcceleratedTime implements TimeSource, AutoCloseable {

  private final int factor;
  private final TimeSource base;
  private final Runnable closeBase;
  private final long baseStart;
  private final long wallStart;

  /**
   * Starts to run at a multiple of the time of this JVM.
   *
   * @param factor accelerated seconds per real second, at least 1
   */
  public AcceleratedTime(int factor) {
    this(factor, new DaemonTime("throttle-accelerated-time"));
  }

  private AcceleratedTime(int factor, DaemonTime base) {
    this(factor, base, base::close);
  }

  AcceleratedTime(int factor, TimeSource base, Runnable closeBase) {
    if (factor < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "factor must be at least 1, but was %d. It is how many seconds a real second counts.",
              factor));
    }
    this.factor = factor;
    this.base = base;
    this.closeBase = closeBase;
    this.baseStart = base.nanos();
    this.wallStart = base.epochNanos();
  }

  /** Returns how many accelerated seconds pass in a real one. */
  public int factor() {
    return factor;
  }

  @Override
  public long nanos() {
    // A product that overflows is a tick that has wrapped, as ticks may.
    return (base.nanos() - baseStart) * factor;
  }

  @Override
  public long epochNanos() {
    return wallStart + nanos();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    requireNonNull(task, "task");
    // Rounded up: the timer would otherwise run before its tick.
    long baseDelay = delayNanos / factor + (delayNanos % factor > 0 ? 1 : 0);
    return base.schedule(baseDelay, task);
  }

  /** Drops the pending timers and ends the thread; later timers are refused. May be repeated. */
  @Override
  public void close() {
    closeBase.run();
  }

  @Override
  public String toString() {
    return "AcceleratedTime[factor=" + factor + "]";
  }
}
