package dev.throttle.test;

/**
 * Windows of one length, which begin at the moments that are {@code offset} modulo {@code period}.
 *
 * <p>The first moment fixes the grid. From there it goes on without a seam even where the numbers
 * wrap, which those of a wall clock never do, but the ticks of a simulation may.
 */
final class EvenWindows implements Windows {

  private final long periodNanos;
  private final long offsetNanos;
  private long anchor;
  private boolean anchored;

  EvenWindows(long periodNanos, long offsetNanos) {
    this.periodNanos = periodNanos;
    this.offsetNanos = offsetNanos;
  }

  @Override
  public long beginOf(long epochNanos) {
    if (!anchored) {
      anchored = true;
      // The difference of two remainders cannot overflow, that of moment and offset could.
      long intoPeriod = Math.floorMod(epochNanos, periodNanos) - offsetNanos;
      anchor = epochNanos - Math.floorMod(intoPeriod, periodNanos);
    }
    return epochNanos - Math.floorMod(epochNanos - anchor, periodNanos);
  }

  @Override
  public long endOf(long epochNanos) {
    return beginOf(epochNanos) + periodNanos;
  }
}
