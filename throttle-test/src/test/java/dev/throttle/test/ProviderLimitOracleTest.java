package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.ProviderCounter.Answer;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every kind of limit against an oracle that is slow and obvious, on random histories that begin
 * shortly before the ticks wrap. Times of the oracles count from the first tick.
 */
class ProviderLimitOracleTest {

  private static final int HISTORIES = 2_000;

  /** Remembers every call of its life, and finds waits by trying each nanosecond. */
  private abstract static class Oracle {

    abstract int remainingAt(long time);

    abstract void add(long time);

    long untilRemaining(int wanted, long time) {
      long wait = 0;
      while (remainingAt(time + wait) < wanted) {
        wait++;
      }
      return wait;
    }
  }

  private static final class SlidingOracle extends Oracle {

    private final int permits;
    private final long period;
    private final List<Long> calls = new ArrayList<>();

    SlidingOracle(int permits, long period) {
      this.permits = permits;
      this.period = period;
    }

    @Override
    int remainingAt(long time) {
      int inWindow = 0;
      for (long call : calls) {
        inWindow += call > time - period ? 1 : 0;
      }
      return Math.max(0, permits - inWindow);
    }

    @Override
    void add(long time) {
      calls.add(time);
    }
  }

  private static final class FixedOracle extends Oracle {

    private final int permits;
    private final long period;
    private final long intoPeriod;
    private final List<Long> calls = new ArrayList<>();

    FixedOracle(int permits, long period, long phase, long firstTick) {
      this.permits = permits;
      this.period = period;
      this.intoPeriod = (firstTick - phase) % period;
    }

    @Override
    int remainingAt(long time) {
      int inWindow = 0;
      for (long call : calls) {
        inWindow += window(call) == window(time) ? 1 : 0;
      }
      return Math.max(0, permits - inWindow);
    }

    private long window(long time) {
      return (intoPeriod + time) / period;
    }

    @Override
    void add(long time) {
      calls.add(time);
    }
  }

  /** A token is worth the period, and grows by the permits each nanosecond. */
  private static final class TokenOracle extends Oracle {

    private final BigInteger permits;
    private final BigInteger period;
    private BigInteger level;
    private long since;

    TokenOracle(int permits, long period) {
      this.permits = BigInteger.valueOf(permits);
      this.period = BigInteger.valueOf(period);
      this.level = this.permits.multiply(this.period);
    }

    private BigInteger levelAt(long time) {
      BigInteger grown = level.add(permits.multiply(BigInteger.valueOf(time - since)));
      return grown.min(permits.multiply(period));
    }

    @Override
    int remainingAt(long time) {
      return levelAt(time).divide(period).intValueExact();
    }

    boolean fullAt(long time) {
      return levelAt(time).equals(permits.multiply(period));
    }

    @Override
    void add(long time) {
      level = levelAt(time).subtract(period).max(BigInteger.ZERO);
      since = time;
    }
  }

  @Test
  void sliding_window_is_what_the_oracle_says() {
    histories(
        (permits, period, phase) -> ProviderLimit.slidingWindow(permits, Duration.ofNanos(period)),
        (permits, period, phase, firstTick) -> new SlidingOracle(permits, period));
  }

  @Test
  void fixed_window_is_what_the_oracle_says() {
    histories(
        (permits, period, phase) ->
            ProviderLimit.fixedWindow(permits, Duration.ofNanos(period), Duration.ofNanos(phase)),
        FixedOracle::new);
  }

  @Test
  void token_bucket_is_what_the_oracle_says() {
    histories(
        (permits, period, phase) -> ProviderLimit.tokenBucket(permits, Duration.ofNanos(period)),
        (permits, period, phase, firstTick) -> new TokenOracle(permits, period));
  }

  private static void histories(Limits limits, Oracles oracles) {
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int permits = 1 + random.nextInt(40);
      long period = random.nextLong(1, 61);
      long phase = random.nextLong(period);
      long firstTick = Long.MAX_VALUE - random.nextLong(200);
      boolean countsRefused = random.nextInt(4) == 0;
      ProviderLimit limit = limits.limit(permits, period, phase);
      ProviderCounter counter = (countsRefused ? limit.countingRefused() : limit).newCounter();
      Oracle oracle = oracles.oracle(permits, period, phase, firstTick);
      int longestGap = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);

      long time = 0;
      for (int call = 0; call < 80; call++) {
        boolean expected = oracle.remainingAt(time) > 0;
        if (expected || countsRefused) {
          oracle.add(time);
        }
        Answer answer = counter.count(firstTick + time);

        assertThat(answer)
            .as("seed %d, call %d at %d, %s", seed, call, time, limit)
            .isEqualTo(
                new Answer(
                    expected,
                    oracle.remainingAt(time),
                    oracle.untilRemaining(1, time),
                    oracle.untilRemaining(permits, time)));
        accepted += expected ? 1 : 0;
        refused += expected ? 0 : 1;
        time += random.nextInt(longestGap);
      }
    }
    assertThat(accepted).isGreaterThan(HISTORIES);
    assertThat(refused).isGreaterThan(HISTORIES);
  }

  @Test
  void token_bucket_is_exact_where_products_leave_a_long() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int permits = Integer.MAX_VALUE - random.nextInt(1_000);
      long period = Duration.ofDays(36_500).toNanos() - random.nextLong(1_000_000_000_000L);
      ProviderCounter counter =
          ProviderLimit.tokenBucket(permits, Duration.ofNanos(period)).newCounter();
      TokenOracle oracle = new TokenOracle(permits, period);
      long firstTick = Long.MAX_VALUE - period / 2;

      long time = 0;
      for (int call = 0; call < 100; call++) {
        assertThat(oracle.remainingAt(time)).isPositive();
        oracle.add(time);
        Answer answer = counter.count(firstTick + time);

        assertThat(answer.remaining()).as("seed %d", seed).isEqualTo(oracle.remainingAt(time));
        assertThat(oracle.fullAt(time + answer.resetInNanos())).as("seed %d", seed).isTrue();
        assertThat(oracle.fullAt(time + answer.resetInNanos() - 1)).as("seed %d", seed).isFalse();
        time += random.nextLong(random.nextBoolean() ? 10_000_000_000L : 100);
      }
    }
  }

  @Test
  void several_limits_together_accept_when_each_oracle_would() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ProviderCounter global = ProviderLimit.slidingWindow(5, Duration.ofNanos(20)).newCounter();
      ProviderCounter users = ProviderLimit.tokenBucket(3, Duration.ofNanos(20)).newCounter();
      ProviderCounter orders =
          ProviderLimit.slidingWindow(2, Duration.ofNanos(10)).countingRefused().newCounter();
      Oracle globalOracle = new SlidingOracle(5, 20);
      Oracle usersOracle = new TokenOracle(3, 20);
      Oracle ordersOracle = new SlidingOracle(2, 10);
      ProviderCounter toUsers = ProviderCounter.allOf(users, global);
      ProviderCounter toOrders = ProviderCounter.allOf(global, orders);
      long firstTick = Long.MAX_VALUE - 50;

      long time = 0;
      for (int call = 0; call < 100; call++) {
        boolean user = random.nextBoolean();
        Oracle own = user ? usersOracle : ordersOracle;
        boolean expected = globalOracle.remainingAt(time) > 0 && own.remainingAt(time) > 0;
        if (expected) {
          globalOracle.add(time);
        }
        if (expected || !user) {
          own.add(time);
        }
        Answer answer = (user ? toUsers : toOrders).count(firstTick + time);

        assertThat(answer.accepted()).as("seed %d, call %d", seed, call).isEqualTo(expected);
        assertThat(answer.remaining())
            .as("seed %d, call %d", seed, call)
            .isEqualTo(Math.min(globalOracle.remainingAt(time), own.remainingAt(time)));
        time += random.nextInt(6);
      }
    }
  }

  private interface Limits {
    ProviderLimit limit(int permits, long period, long phase);
  }

  private interface Oracles {
    Oracle oracle(int permits, long period, long phase, long firstTick);
  }
}
