package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.Buckets;
import dev.throttle.core.Throttling;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Every call proceeds exactly once, with its own arguments, on whatever thread its turn comes. */
class NestedStagesTest {

  private static final int THREADS = 8;
  private static final int CALLS = 100_000;

  private final AtomicIntegerArray made = new AtomicIntegerArray(CALLS);
  private final AtomicLong plain = new AtomicLong();
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

  @Test
  void nestedCallsOnOnePool_eachProceedOnceWithTheirArguments() throws Exception {
    Buckets before = Throttling.use(Buckets.builder().executor(pool).build());
    try {
      CountDownLatch all = new CountDownLatch(CALLS);
      AtomicLong sum = new AtomicLong();
      Outer outer = new Client();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        pool.execute(
            () -> {
              for (int i = first; i < CALLS; i += THREADS) {
                outer
                    .outer(i, "n" + i, 2L * i)
                    .whenComplete(
                        (answer, e) -> {
                          sum.addAndGet(e == null ? answer : Long.MIN_VALUE);
                          all.countDown();
                        });
              }
            });
      }
      assertThat(all.await(150, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < CALLS; i++) {
        assertThat(made.get(i)).as("times that call %d was made", i).isEqualTo(1);
      }
      assertThat(sum).hasValue(3L * CALLS * (CALLS - 1) / 2);
      assertThat(plain).hasValue(CALLS);
    } finally {
      pool.shutdownNow();
      Throttling.use(before).close();
    }
  }

  interface Outer {
    @Throttle(value = "outer", limit = 1_000, period = "PT0S")
    CompletableFuture<Long> outer(int i, String text, long twice);
  }

  final class Client implements Outer {

    @Override
    @Throttle(value = "outer", limit = 1_000, period = "PT0S")
    @Throttle(value = "outer body", limit = 100, period = "PT0S")
    public CompletableFuture<Long> outer(int i, String text, long twice) {
      return middle(i % THREADS, twice, text).thenComposeAsync(n -> inner(i, n), pool);
    }

    @Throttle(value = "middle", limit = 6, period = "PT0S")
    private CompletableFuture<Long> middle(@ThrottleKey int key, long twice, String text) {
      assertThat(key).isEqualTo((int) (twice / 2 % THREADS));
      return CompletableFuture.supplyAsync(() -> plain(twice, text), pool);
    }

    @Throttle(value = "plain", limit = 1_000, period = "PT0S")
    private long plain(long twice, String text) {
      assertThat(text).isEqualTo("n" + twice / 2);
      plain.incrementAndGet();
      return twice;
    }

    @Throttle(value = "inner", limit = 50, period = "PT0S")
    private CompletableFuture<Long> inner(int i, long twice) {
      made.incrementAndGet(i);
      return CompletableFuture.completedFuture(i + twice);
    }
  }
}
