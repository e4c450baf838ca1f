package dev.throttle.test;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What limits do, said so slowly that it is plainly right. */
final class Oracles {

  private Oracles() {}

  /** Finds waits by trying each nanosecond. */
  abstract static class Oracle {

    private final int capacity;

    Oracle(int capacity) {
      this.capacity = capacity;
    }

    abstract int remainingAt(long time);

    /** Counts a call; one that is not accepted, as far as it goes. */
    abstract void add(int cost, long time);

    boolean accepts(int cost, long time) {
      return cost <= remainingAt(time);
    }

    boolean neverAccepts(int cost) {
      return cost > capacity;
    }

    final long untilAccepts(int cost, long time) {
      if (neverAccepts(cost)) {
        return Long.MAX_VALUE;
      }
      long wait = 0;
      while (!accepts(cost, time + wait)) {
        wait++;
      }
      return wait;
    }

    final long untilWhole(long time) {
      long wait = 0;
      while (remainingAt(time + wait) < capacity) {
        wait++;
      }
      return wait;
    }
  }

  /** Remembers every call of its life; some of them matter at a time. */
  static final class Windows extends Oracle {

    private final int permits;
    private final Share share;
    private final List<Long> permitsTaken = new ArrayList<>();

    interface Share {
      boolean oneWindow(long call, long time);
    }

    Windows(int permits, Share share) {
      super(permits);
      this.permits = permits;
      this.share = share;
    }

    @Override
    int remainingAt(long time) {
      int inWindow = 0;
      for (long taken : permitsTaken) {
        inWindow += share.oneWindow(taken, time) ? 1 : 0;
      }
      return Math.max(0, permits - inWindow);
    }

    @Override
    void add(int cost, long time) {
      for (int i = 0; i < cost; i++) {
        permitsTaken.add(time);
      }
    }
  }

  /** A token is worth the period, and grows by the permits each nanosecond. */
  static final class Tokens extends Oracle {

    private final BigInteger permits;
    private final BigInteger period;
    private final BigInteger whole;
    private BigInteger tokens;
    private long since;

    Tokens(int permits, long period, int burst) {
      super(burst);
      this.permits = BigInteger.valueOf(permits);
      this.period = BigInteger.valueOf(period);
      this.whole = BigInteger.valueOf(burst).multiply(this.period);
      this.tokens = whole;
    }

    private BigInteger tokensAt(long time) {
      return tokens.add(permits.multiply(BigInteger.valueOf(time - since))).min(whole);
    }

    @Override
    int remainingAt(long time) {
      return tokensAt(time).divide(period).intValueExact();
    }

    boolean fullAt(long time) {
      return tokensAt(time).equals(whole);
    }

    @Override
    void add(int cost, long time) {
      BigInteger taken = BigInteger.valueOf(cost).multiply(period);
      tokens = tokensAt(time).subtract(taken).max(BigInteger.ZERO);
      since = time;
    }
  }

  /** A permit in the bucket is worth the period, and the permits leak out each nanosecond. */
  static final class Meter extends Oracle {

    private final int permits;
    private final long period;
    private final int burst;
    private long level;
    private long since;

    Meter(int permits, long period, int burst) {
      super(burst);
      this.permits = permits;
      this.period = period;
      this.burst = burst;
    }

    private long levelAt(long time) {
      return Math.max(0, level - permits * (time - since));
    }

    @Override
    int remainingAt(long time) {
      return Math.max(0, (int) Math.floorDiv(burst * period - levelAt(time), period));
    }

    @Override
    boolean accepts(int cost, long time) {
      return levelAt(time) + cost * period <= burst * period || levelAt(time) == 0;
    }

    @Override
    boolean neverAccepts(int cost) {
      return false;
    }

    @Override
    void add(int cost, long time) {
      long now = levelAt(time);
      level = accepts(cost, time) ? now + cost * period : Math.max(now, burst * period);
      since = time;
    }
  }

  /** Only the call before matters: how long ago it was, and what it cost. */
  static final class Spacing extends Oracle {

    private final int permits;
    private final long period;
    private int lastCost;
    private long lastTime;

    Spacing(int permits, long period) {
      super(1);
      this.permits = permits;
      this.period = period;
    }

    @Override
    int remainingAt(long time) {
      return (time - lastTime) * permits >= lastCost * period ? 1 : 0;
    }

    @Override
    boolean accepts(int cost, long time) {
      return remainingAt(time) == 1;
    }

    @Override
    boolean neverAccepts(int cost) {
      return false;
    }

    @Override
    void add(int cost, long time) {
      lastCost = cost;
      lastTime = time;
    }
  }
}
