package dev.throttle.test;

/**
 * Remembers when each call of the last period was counted, at most as many as there are permits.
 *
 * <p>A call counted at s no longer matters at s + period: the interval (t - period, t] is open at
 * its older end. When a refused call has to be counted in a full log, it takes the place of the
 * oldest one: of any number of calls only the last {@code permits} decide when the next one passes.
 */
final class SlidingLog implements Tally {

  private static final int FIRST_CAPACITY = 16;

  private final int permits;
  private final long periodNanos;
  private long[] ticks; // a ring that grows up to `permits`
  private int oldest;
  private int size;
  private long now;

  SlidingLog(int permits, long periodNanos) {
    this.permits = permits;
    this.periodNanos = periodNanos;
    this.ticks = new long[Math.min(permits, FIRST_CAPACITY)];
  }

  @Override
  public void moveTo(long tick) {
    now = tick;
    while (size > 0 && now - ticks[oldest] >= periodNanos) {
      dropOldest();
    }
  }

  @Override
  public int remaining() {
    return permits - size;
  }

  @Override
  public void add() {
    if (size == permits) {
      dropOldest();
    } else if (size == ticks.length) {
      grow();
    }
    ticks[position(size)] = now;
    size++;
  }

  @Override
  public long retryInNanos() {
    return size < permits ? 0 : periodNanos - (now - ticks[oldest]);
  }

  @Override
  public long resetInNanos() {
    return size == 0 ? 0 : periodNanos - (now - ticks[position(size - 1)]);
  }

  private void dropOldest() {
    oldest = position(1);
    size--;
  }

  private int position(int fromOldest) {
    long position = (long) oldest + fromOldest;
    return (int) (position < ticks.length ? position : position - ticks.length);
  }

  private void grow() {
    long[] larger = new long[(int) Math.min(permits, 2L * ticks.length)];
    for (int i = 0; i < size; i++) {
      larger[i] = ticks[position(i)];
    }
    ticks = larger;
    oldest = 0;
  }
}
