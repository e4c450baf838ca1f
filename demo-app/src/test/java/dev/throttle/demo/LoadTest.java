package dev.throttle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {

  private static Client client(int atOnce, Supplier<CompletionStage<?>> call) {
    return new Client() {
      @Override
      public int atOnce() {
        return atOnce;
      }

      @Override
      public CompletionStage<?> call(Errand errand) {
        return call.get();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void run_makesEachCallOnce_andCountsWhatFailed(int riseMillis) throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    Client good =
        client(
            3,
            () -> {
              made.incrementAndGet();
              return CompletableFuture.completedFuture("answer");
            });
    AtomicInteger failing = new AtomicInteger();
    Client bad =
        client(
            2,
            () -> {
              failing.incrementAndGet();
              return CompletableFuture.failedFuture(new IllegalStateException("no"));
            });
    try (Shop shop = Shop.open()) {
      Load load = new Load(shop, 50, steps::incrementAndGet);

      Half half = load.run(List.of(good, bad), Duration.ofMillis(riseMillis));

      assertThat(steps).hasValue(50);
      assertThat(made.get() + failing.get()).isEqualTo(50);
      assertThat(half.failed()).isEqualTo(failing.get());
      assertThat(load.of(good).failed()).isZero();
      assertThat(load.of(bad).failed()).isEqualTo(failing.get());
    }
  }

  @Test
  void run_goesOnAfterAClientThatThrows() throws InterruptedException {
    try (Shop shop = Shop.open()) {
      Load load = new Load(shop, 20, () -> {});
      Client broken =
          client(
              4,
              () -> {
                throw new IllegalStateException("broken");
              });

      assertThat(load.run(List.of(broken), Duration.ZERO).failed()).isEqualTo(20);
    }
  }
}
