package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.Oracles.Meter;
import dev.throttle.test.Oracles.Oracle;
import dev.throttle.test.Oracles.Spacing;
import dev.throttle.test.Oracles.Tokens;
import dev.throttle.test.Oracles.Windows;
import dev.throttle.test.ProviderCounter.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of limit against an oracle that is slow and obvious, on random histories that begin
 * shortly before the ticks wrap. Times of the oracles count from the first tick.
 */
@Tag("once")
class ProviderLimitOracleTest {

  private static final int HISTORIES = 2_000;

  private enum Kind {
    SLIDING_WINDOW {
      @Override
      ProviderLimit limit(Terms terms) {
        return ProviderLimit.slidingWindow(terms.permits, Duration.ofNanos(terms.period));
      }

      @Override
      Oracle oracle(Terms terms) {
        return new Windows(
            terms.permits, (call, time) -> call > time - terms.period && call <= time);
      }
    },
    FIXED_WINDOW {
      @Override
      ProviderLimit limit(Terms terms) {
        return ProviderLimit.fixedWindow(
            terms.permits, Duration.ofNanos(terms.period), Duration.ofNanos(terms.offset));
      }

      @Override
      Oracle oracle(Terms terms) {
        long intoPeriod = (terms.firstTick - terms.offset) % terms.period;
        return new Windows(
            terms.permits,
            (call, time) ->
                (intoPeriod + call) / terms.period == (intoPeriod + time) / terms.period);
      }
    },
    TOKEN_BUCKET {
      @Override
      ProviderLimit limit(Terms terms) {
        return ProviderLimit.tokenBucket(
            terms.permits, Duration.ofNanos(terms.period), terms.burst);
      }

      @Override
      Oracle oracle(Terms terms) {
        return new Tokens(terms.permits, terms.period, terms.burst);
      }
    },
    LEAKY_BUCKET {
      @Override
      ProviderLimit limit(Terms terms) {
        return ProviderLimit.leakyBucket(
            terms.permits, Duration.ofNanos(terms.period), terms.burst);
      }

      @Override
      Oracle oracle(Terms terms) {
        return new Meter(terms.permits, terms.period, terms.burst);
      }
    },
    STRICT_SPACING {
      @Override
      ProviderLimit limit(Terms terms) {
        return ProviderLimit.leakyBucket(terms.permits, Duration.ofNanos(terms.period));
      }

      @Override
      Oracle oracle(Terms terms) {
        return new Spacing(terms.permits, terms.period);
      }
    };

    abstract ProviderLimit limit(Terms terms);

    abstract Oracle oracle(Terms terms);
  }

  private record Terms(int permits, long period, long offset, int burst, long firstTick) {

    static Terms random(SplittableRandom random, long firstTick) {
      long period = random.nextLong(1, 61);
      return new Terms(
          1 + random.nextInt(40),
          period,
          random.nextLong(period),
          1 + random.nextInt(40),
          firstTick);
    }
  }

  /** A limit and its oracle, each of which counts for itself. */
  private record Pair(ProviderLimit limit, Oracle oracle, boolean countsCalls) {

    static Pair random(Kind kind, SplittableRandom random, long firstTick) {
      Terms terms = Terms.random(random, firstTick);
      ProviderLimit limit = kind.limit(terms);
      boolean countsCalls = random.nextInt(8) == 0;
      limit = countsCalls ? limit.countingCalls() : limit;
      // A refused call cannot move the next one of strict spacing: nothing says by how much.
      boolean countsRefused = kind != Kind.STRICT_SPACING && random.nextInt(4) == 0;
      limit = countsRefused ? limit.countingRefused() : limit;
      return new Pair(limit, kind.oracle(terms), countsCalls);
    }

    int counted(int cost) {
      return countsCalls ? 1 : cost;
    }

    boolean accepts(int cost, long time) {
      return oracle.accepts(counted(cost), time);
    }

    void count(int cost, long time, boolean acceptedByAll) {
      if (acceptedByAll || limit.countsRefused()) {
        oracle.add(counted(cost), time);
      }
    }

    Answer answer(boolean accepted, int cost, long time) {
      return new Answer(
          accepted,
          oracle.remainingAt(time),
          oracle.untilAccepts(counted(cost), time),
          oracle.untilWhole(time));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_limit_is_what_its_oracle_says(Kind kind) {
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long firstTick = Long.MAX_VALUE - random.nextLong(200);
      Pair pair = Pair.random(kind, random, firstTick);
      ProviderCounter counter = pair.limit().newCounter();
      int longestGap = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);
      int highestCost = random.nextBoolean() ? 1 : 1 + random.nextInt(50);

      long time = 0;
      for (int call = 0; call < 80; call++) {
        int cost = 1 + random.nextInt(highestCost);
        boolean expected = pair.accepts(cost, time);
        pair.count(cost, time, expected);
        Answer answer = counter.count(firstTick + time, cost);

        assertThat(answer)
            .as("seed %d, call %d of cost %d at %d, %s", seed, call, cost, time, pair.limit())
            .isEqualTo(pair.answer(expected, cost, time));
        accepted += expected ? 1 : 0;
        refused += expected ? 0 : 1;
        time += random.nextInt(longestGap);
      }
    }
    assertThat(accepted).isGreaterThan(HISTORIES);
    assertThat(refused).isGreaterThan(HISTORIES);
  }

  @Test
  void several_limits_together_accept_when_each_oracle_would() {
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < HISTORIES / 4; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long firstTick = Long.MAX_VALUE - random.nextLong(200);
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        pairs.add(Pair.random(kind, random, firstTick));
      }
      List<ProviderCounter> counters =
          pairs.stream().map(pair -> pair.limit().newCounter()).toList();
      // The first call meets all, so that the grids of all fixed windows begin before the wrap.
      ProviderCounter toAll = ProviderCounter.allOf(counters.toArray(ProviderCounter[]::new));
      ProviderCounter toUsers = ProviderCounter.allOf(counters.get(1), counters.get(0));
      ProviderCounter toOrders = ProviderCounter.allOf(counters.get(0), counters.get(2));

      long time = 0;
      for (int call = 0; call < 80; call++) {
        boolean user = random.nextBoolean();
        List<Pair> met = call == 0 ? pairs : List.of(pairs.get(0), pairs.get(user ? 1 : 2));
        ProviderCounter counter = call == 0 ? toAll : user ? toUsers : toOrders;
        int cost = 1 + random.nextInt(3);
        long now = time;
        boolean expected = met.stream().allMatch(pair -> pair.accepts(cost, now));
        met.forEach(pair -> pair.count(cost, now, expected));
        Answer answer = counter.count(firstTick + now, cost);

        assertThat(answer)
            .as("seed %d, call %d at %d, %s", seed, call, now, met)
            .isEqualTo(tightest(met.stream().map(pair -> pair.answer(expected, cost, now))));
        accepted += expected ? 1 : 0;
        refused += expected ? 0 : 1;
        time += random.nextInt(6);
      }
    }
    assertThat(accepted).isGreaterThan(HISTORIES);
    assertThat(refused).isGreaterThan(HISTORIES);
  }

  private static Answer tightest(Stream<Answer> answers) {
    return answers
        .reduce(
            (one, other) ->
                new Answer(
                    one.accepted() && other.accepted(),
                    Math.min(one.remaining(), other.remaining()),
                    Math.max(one.retryInNanos(), other.retryInNanos()),
                    Math.max(one.resetInNanos(), other.resetInNanos())))
        .orElseThrow();
  }

  @Test
  void a_bucket_is_exact_where_products_leave_a_long() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int permits = Integer.MAX_VALUE - random.nextInt(1_000);
      long period = Duration.ofDays(36_500).toNanos() - random.nextLong(1_000_000_000_000L);
      int burst = permits - random.nextInt(1_000);
      ProviderCounter counter =
          ProviderLimit.tokenBucket(permits, Duration.ofNanos(period), burst).newCounter();
      Tokens oracle = new Tokens(permits, period, burst);
      long firstTick = Long.MAX_VALUE - period / 2;

      long time = 0;
      for (int call = 0; call < 100; call++) {
        int cost = 1 + random.nextInt(random.nextBoolean() ? 1 : 10_000_000);
        assertThat(oracle.accepts(cost, time)).isTrue();
        oracle.add(cost, time);
        Answer answer = counter.count(firstTick + time, cost);

        assertThat(answer.remaining()).as("seed %d", seed).isEqualTo(oracle.remainingAt(time));
        assertThat(oracle.fullAt(time + answer.resetInNanos())).as("seed %d", seed).isTrue();
        assertThat(oracle.fullAt(time + answer.resetInNanos() - 1)).as("seed %d", seed).isFalse();
        time += random.nextLong(random.nextBoolean() ? 10_000_000_000L : 100);
      }
    }
  }
}
