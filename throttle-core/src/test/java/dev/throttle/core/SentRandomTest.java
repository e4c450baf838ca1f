package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, when all is quiet for long, all slots are free: none is lost, none made up. */
class SentRandomTest {

  private static Limit limit(SplittableRandom random, int kind, int most) {
    int permits = 1 + random.nextInt(most);
    Duration period = Duration.ofNanos(50 + random.nextInt(2_000));
    Limit limit =
        switch (kind) {
          case 0 -> Limit.of(permits, period);
          case 1 -> Limit.tokenBucket(permits, period, 1 + random.nextInt(most));
          case 2 -> Limit.leakyBucket(permits, period);
          case 3 -> Limit.fixedWindow(permits, Duration.ofSeconds(10 + random.nextInt(20)));
          default ->
              Limit.of(permits, period)
                  .withCountedWithin(Duration.ofNanos(1 + random.nextInt(300)));
        };
    limit = limit.withGuard(Duration.ofNanos(random.nextInt(3)));
    if (random.nextInt(3) == 0) {
      limit = limit.withReserve(random.nextInt(60));
    }
    if (random.nextInt(3) == 0) {
      limit = limit.withMaxHold(Duration.ofNanos(1 + random.nextInt(5_000)));
    }
    return limit;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void nothing_is_lost(int kind) {
    for (int seed = 0; seed < 300; seed++) {
      try {
        run(new SplittableRandom(seed), kind);
      } catch (Throwable e) {
        throw new AssertionError("kind " + kind + " seed " + seed, e);
      }
    }
  }

  private record Held(Permit permit, Sent sent) {}

  private void run(SplittableRandom random, int kind) {
    FakeTime time = new FakeTime(Long.MAX_VALUE - 1_000, Duration.ofHours(7).toNanos());
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    int most = random.nextInt(4) == 0 ? 1 : 12;
    int many = 1 + random.nextInt(2);
    List<Bucket> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int k = kind == 5 ? random.nextInt(5) : kind;
      all.add(buckets.define("b" + i, limit(random, k, most)));
    }
    Throttle throttle = buckets.throttle(all.stream().map(Bucket::name).toArray(String[]::new));
    List<Held> held = new ArrayList<>();
    long step = kind == 3 ? 2_000_000_000L : 150;
    int steps = 10 + random.nextInt(150);
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          CompletableFuture<Permit> wait = throttle.withCost(1 + random.nextInt(3)).acquireAsync();
          wait.whenComplete(
              (permit, failure) -> {
                if (permit != null) {
                  held.add(new Held(permit, permit.sent()));
                }
              });
          if (random.nextInt(6) == 0) {
            wait.cancel(false);
          }
        }
        case 4, 5, 6 -> {
          if (!held.isEmpty()) {
            Held one = held.remove(random.nextInt(held.size()));
            List<Quota> quotas = new ArrayList<>();
            for (int q = random.nextInt(3); q > 0; q--) {
              Quota quota =
                  switch (random.nextInt(5)) {
                    case 0 -> Quota.used(random.nextInt(20));
                    case 1 -> Quota.left(Long.MAX_VALUE);
                    case 2 -> Quota.used(Long.MAX_VALUE).of(1);
                    default -> Quota.left(random.nextInt(14)).of(1 + random.nextInt(14));
                  };
              if (random.nextInt(3) == 0) {
                quota = quota.resetIn(Duration.ofNanos(random.nextLong(5 * step)));
              }
              if (random.nextInt(30) == 0) {
                quota = quota.resetIn(Duration.ofSeconds(Long.MAX_VALUE));
              }
              quotas.add(quota);
            }
            boolean refused = random.nextInt(3) == 0;
            Duration pause =
                random.nextInt(8) == 0 ? Duration.ofNanos(random.nextLong(3 * step)) : null;
            boolean counted = one.sent.heed(new Signal(refused, pause, quotas));
            if (random.nextInt(10) != 0) {
              one.permit.close(counted);
            } else {
              one.permit.close(!counted); // a hook that does not do as it is told
            }
          }
        }
        case 7 -> {
          if (!held.isEmpty()) {
            held.get(random.nextInt(held.size())).permit.adjust(random.nextInt(6));
          }
        }
        case 8 -> {
          if (random.nextInt(4) == 0) {
            Bucket bucket = all.get(random.nextInt(many));
            int k = kind == 5 ? random.nextInt(5) : kind;
            bucket.change(limit(random, k, most));
          } else if (!held.isEmpty()) {
            held.remove(random.nextInt(held.size())).permit.giveBack();
          }
        }
        case 9 -> {
          if (random.nextInt(4) == 0) {
            all.get(random.nextInt(many)).change(random.nextBoolean() ? Mode.SHADOW : Mode.WAIT);
          }
        }
        default -> time.advance(random.nextLong(step));
      }
      for (Bucket bucket : all) {
        assertThat(bucket.inUse()).isNotNegative();
      }
    }
    for (Bucket bucket : all) {
      bucket.change(Mode.WAIT);
      bucket.resume();
    }
    for (int i = 0; i < 4_000; i++) {
      while (!held.isEmpty()) {
        held.remove(0).permit.close();
      }
      for (Bucket bucket : all) {
        bucket.resume();
      }
      time.advance(kind == 3 || kind == 5 ? 30_000_000_000L : 10_000);
      if (i > 2 && all.stream().allMatch(b -> b.waiting() == 0 && b.inUse() == 0)) {
        break;
      }
    }
    for (Bucket bucket : all) {
      assertThat(bucket.waiting()).isZero();
      assertThat(bucket.inUse()).isZero();
    }
    time.advance(0); // a report of what was held too long
    assertThat(time.pendingTimers()).isZero();
  }
}
