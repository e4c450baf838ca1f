package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Where nothing goes wrong, instances that share a limit use as much of it as one that has all of
 * it and makes the calls of all.
 */
@Tag("once")
class CalmUseTest {

  private static final int HISTORIES = Integer.getInteger("throttle.histories", 6);
  private static final long SEED = Long.getLong("throttle.seed", 1);
  private static final Duration LENGTH = Duration.ofSeconds(60);

  /** Callers of one seed, whose demand moves from instance to instance. */
  private static final class Calls {
    final VirtualTime time = new VirtualTime();
    final Random dice;
    final Limit limit;
    final int instances;
    final List<Throttle> throttles = new ArrayList<>();
    final long callNanos;
    long granted;

    Calls(long seed) {
      dice = new Random(seed);
      limit = Limit.of(20 + dice.nextInt(150), Duration.ofMillis(500 + dice.nextInt(1_500)));
      instances = 2 + dice.nextInt(7);
      callNanos = 1_000_000L + dice.nextInt(100_000_000);
    }

    Buckets newBuckets() {
      return Buckets.builder().timeSource(time).executor(Runnable::run).build();
    }

    Calls asOne() {
      Buckets buckets = newBuckets();
      buckets.define("api", limit);
      for (int i = 0; i < instances; i++) {
        throttles.add(buckets.throttle("api"));
      }
      return this;
    }

    Calls shared() {
      MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
      for (int i = 0; i < instances; i++) {
        Buckets buckets = newBuckets();
        SharedBuckets.of(
                new Network(ledger, time, new Random(i), new Network.Faults(5_000_000, 0, 0)))
            .timeSource(time)
            .refresh(Duration.ofMillis(250))
            .start()
            .share(buckets.define("api", limit));
        throttles.add(buckets.throttle("api"));
      }
      return this;
    }

    /** Returns how many calls were granted. */
    long run() {
      long step = limit.period().toNanos() / 10;
      // More than there is, in all: some instances want much, and others little, and that changes.
      int[] each = new int[instances];
      long changes = 0;
      for (long passed = 0; passed < LENGTH.toNanos(); passed += step) {
        if (passed >= changes) {
          changes += 10_000_000_000L + dice.nextLong(10_000_000_000L);
          for (int i = 0; i < instances; i++) {
            each[i] = dice.nextInt(3) == 0 ? 0 : 1 + dice.nextInt(limit.permits() / 5);
          }
          each[dice.nextInt(instances)] = limit.permits() / 5;
        }
        for (int i = 0; i < instances; i++) {
          Throttle throttle = throttles.get(i).withMaxWait(limit.period().multipliedBy(2));
          for (int call = 0; call < each[i]; call++) {
            throttle.acquireAsync().thenAccept(this::complete);
          }
        }
        time.advanceNanos(step);
      }
      return granted;
    }

    private void complete(Permit permit) {
      granted++;
      time.schedule(callNanos, permit::close);
    }
  }

  @Test
  void they_use_as_much_of_it_as_one_would() {
    double mean =
        LongStream.range(SEED, SEED + HISTORIES)
            .mapToDouble(
                seed -> {
                  long optimum = new Calls(seed).asOne().run();
                  Calls calls = new Calls(seed).shared();
                  double use = calls.run() / (double) optimum;
                  assertThat(use)
                      .as("seed %d: %s, %d instances", seed, calls.limit, calls.instances)
                      .isBetween(0.9, 1.001);
                  return use;
                })
            .average()
            .orElseThrow();
    assertThat(mean).isGreaterThan(0.95);
  }
}
