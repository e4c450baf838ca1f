package dev.throttle.test;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Remembers how many permits each window has given.
 *
 * <p>As real providers do that count under the name of the window: a wall clock that goes back
 * finds the window of then as it was left. So no window ever gives more than its permits, whatever
 * the clock does.
 */
final class FixedWindow implements Tally {

  private static final int WINDOWS_REMEMBERED = 1_000;

  private final int permits;
  private final Windows windows;
  private final NavigableMap<Long, Integer> countedByBegin =
      new TreeMap<>((one, other) -> Long.signum(one - other));
  private long begin;
  private long end; // at first equal to the begin, so that no moment lies between
  private int counted;
  private long now;

  FixedWindow(int permits, Windows windows) {
    this.permits = permits;
    this.windows = windows;
  }

  @Override
  public void moveTo(long tick, long epochNanos) {
    now = epochNanos;
    if (now - begin < 0 || now - end >= 0) {
      begin = windows.beginOf(now);
      end = windows.endOf(now);
      counted = countedByBegin.getOrDefault(begin, 0);
    }
  }

  @Override
  public int remaining() {
    return permits - counted;
  }

  @Override
  public void add(int cost) {
    counted += Math.min(cost, remaining());
    countedByBegin.put(begin, counted);
    if (countedByBegin.size() > WINDOWS_REMEMBERED && countedByBegin.firstKey() != begin) {
      countedByBegin.pollFirstEntry();
    }
  }

  @Override
  public long retryInNanos(int cost) {
    if (cost > permits) {
      return NEVER;
    }
    return accepts(cost) ? 0 : end - now;
  }

  @Override
  public long resetInNanos() {
    return counted == 0 ? 0 : end - now;
  }
}
