package dev.throttle.test;

/**
 * Remembers how many calls the current window has counted.
 *
 * <p>Windows begin at the ticks that are {@code phase} modulo {@code period}; the first tick fixes
 * the grid, and from there it goes on across the wrap of the ticks without a seam.
 */
final class FixedWindow implements Tally {

  private final int permits;
  private final long periodNanos;
  private final long phaseNanos;
  private long windowStart;
  private boolean started;
  private int counted;
  private long now;

  FixedWindow(int permits, long periodNanos, long phaseNanos) {
    this.permits = permits;
    this.periodNanos = periodNanos;
    this.phaseNanos = phaseNanos;
  }

  @Override
  public void moveTo(long tick) {
    now = tick;
    if (!started) {
      started = true;
      long intoPeriod = Math.floorMod(tick, periodNanos) - phaseNanos;
      windowStart = tick - (intoPeriod < 0 ? intoPeriod + periodNanos : intoPeriod);
      return;
    }
    long periods = (now - windowStart) / periodNanos;
    if (periods > 0) {
      windowStart += periods * periodNanos;
      counted = 0;
    }
  }

  @Override
  public int remaining() {
    return permits - counted;
  }

  @Override
  public void add() {
    counted = Math.min(permits, counted + 1);
  }

  @Override
  public long retryInNanos() {
    return counted < permits ? 0 : untilNextWindow();
  }

  @Override
  public long resetInNanos() {
    return counted == 0 ? 0 : untilNextWindow();
  }

  private long untilNextWindow() {
    return periodNanos - (now - windowStart);
  }
}
