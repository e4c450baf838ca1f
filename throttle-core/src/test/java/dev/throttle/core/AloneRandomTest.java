package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A client alone with costs, calls that are not sent, two limits, countedWithin and reserves. */
class AloneRandomTest {

  private static final class Provider {
    final int permits;
    final long period;
    final ArrayDeque<long[]> counted = new ArrayDeque<>();
    int used;

    Provider(int permits, long period) {
      this.permits = permits;
      this.period = period;
    }

    void age(long now) {
      while (!counted.isEmpty() && counted.peek()[0] <= now - period) {
        used -= (int) counted.poll()[1];
      }
    }

    boolean fits(long now, int cost) {
      age(now);
      return used + cost <= permits;
    }

    void count(long now, int cost) {
      counted.add(new long[] {now, cost});
      used += cost;
    }
  }

  @Test
  void a_client_alone_is_alone() {
    for (int seed = 0; seed < 600; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      FakeTime time = new FakeTime();
      Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
      int[] others = {0, 0};
      buckets.listen(
          new ThrottleListener() {
            @Override
            public void usedByOthers(Bucket bucket, int permits) {
              others[0]++;
            }
          });
      long period = 10_000;
      long way = 1L + random.nextInt(3_000);
      boolean timed = random.nextBoolean();
      List<Provider> providers = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(2); i++) {
        Provider provider = new Provider(5 + random.nextInt(20), period * (1 + 3 * i));
        providers.add(provider);
        Limit limit = Asking.perNanos(provider.permits, provider.period);
        if (timed) {
          limit = limit.withCountedWithin(Duration.ofNanos(way + 1));
        }
        if (random.nextInt(3) == 0) {
          limit = limit.withReserve(random.nextInt(40));
        }
        buckets.define("b" + i, limit);
        names.add("b" + i);
      }
      Throttle all = buckets.throttle(names.toArray(new String[0]));
      int mean = 300 + random.nextInt(2_000);
      long at = 0;
      for (int i = 0; i < 150; i++) {
        at += random.nextInt(2 * mean);
        time.schedule(
            at,
            () -> {
              int cost = 1 + random.nextInt(3);
              all.withCost(cost)
                  .acquireAsync()
                  .thenAccept(
                      permit -> {
                        if (random.nextInt(6) == 0) {
                          time.schedule(random.nextInt(4_000), permit::giveBack);
                          return;
                        }
                        Sent sent = permit.sent();
                        time.schedule(
                            random.nextLong(way),
                            () -> {
                              long now = time.elapsed();
                              boolean ok = providers.stream().allMatch(p -> p.fits(now, cost));
                              others[1] += ok ? 0 : 1;
                              List<Quota> quotas = new ArrayList<>();
                              for (Provider p : providers) {
                                if (ok) {
                                  p.count(now, cost);
                                }
                                quotas.add(
                                    Quota.left(p.permits - p.used)
                                        .of(p.permits)
                                        .per(Duration.ofNanos(p.period)));
                              }
                              time.schedule(
                                  random.nextInt(3_000),
                                  () -> permit.close(sent.heed(new Signal(!ok, null, quotas))));
                            });
                      });
            });
      }
      time.advance(at + 100 * period);
      assertThat(others[1]).as("refused, seed %d", seed).isZero();
      assertThat(others[0]).as("others, seed %d", seed).isZero();
    }
  }
}
