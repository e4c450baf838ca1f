package dev.throttle.test;

/**
 * Remembers what was counted at each tick of the last period, at most as much as there are permits.
 *
 * <p>A call counted at s no longer matters at s + period: the interval (t - period, t] is open at
 * its older end. When a refused call has to be counted in a full log, it takes the place of the
 * oldest: of all that was counted only the last {@code permits} decide when the next call passes.
 */
final class SlidingLog implements Tally {

  private static final int FIRST_CAPACITY = 16;

  private final int permits;
  private final long periodNanos;
  private long[] ticks; // a ring that grows up to `permits`
  private int[] costs; // what was counted at each of these ticks
  private int oldest;
  private int size;
  private int counted;
  private long now;

  SlidingLog(int permits, long periodNanos) {
    this.permits = permits;
    this.periodNanos = periodNanos;
    this.ticks = new long[Math.min(permits, FIRST_CAPACITY)];
    this.costs = new int[ticks.length];
  }

  @Override
  public void moveTo(long tick, long epochNanos) {
    now = tick;
    while (size > 0 && now - ticks[oldest] >= periodNanos) {
      forget(costs[oldest]);
    }
  }

  @Override
  public int remaining() {
    return permits - counted;
  }

  @Override
  public void add(int cost) {
    int added = Math.min(cost, permits);
    for (int room = remaining(); room < added; room = remaining()) {
      forget(Math.min(added - room, costs[oldest]));
    }
    if (size == 0 || ticks[position(size - 1)] != now) {
      append();
    }
    costs[position(size - 1)] += added;
    counted += added;
  }

  @Override
  public long retryInNanos(int cost) {
    if (cost > permits) {
      return NEVER;
    }
    int freed = remaining();
    long wait = 0;
    for (int i = 0; freed < cost; i++) {
      freed += costs[position(i)];
      wait = restNanos(i);
    }
    return wait;
  }

  @Override
  public long resetInNanos() {
    return size == 0 ? 0 : restNanos(size - 1);
  }

  private long restNanos(int fromOldest) {
    return periodNanos - (now - ticks[position(fromOldest)]);
  }

  /** Takes so much from what was counted at the oldest tick, at most all of it. */
  private void forget(int cost) {
    counted -= cost;
    costs[oldest] -= cost;
    if (costs[oldest] == 0) {
      oldest = position(1);
      size--;
    }
  }

  private void append() {
    if (size == ticks.length) {
      grow();
    }
    ticks[position(size)] = now;
    costs[position(size)] = 0;
    size++;
  }

  private int position(int fromOldest) {
    long position = (long) oldest + fromOldest;
    return (int) (position < ticks.length ? position : position - ticks.length);
  }

  private void grow() {
    int larger = (int) Math.min(permits, 2L * ticks.length);
    long[] moreTicks = new long[larger];
    int[] moreCosts = new int[larger];
    for (int i = 0; i < size; i++) {
      moreTicks[i] = ticks[position(i)];
      moreCosts[i] = costs[position(i)];
    }
    ticks = moreTicks;
    costs = moreCosts;
    oldest = 0;
  }
}
