package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.test.ProviderLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** In real time, a fraction of a second each: the harness is about real timers. */
class SimulationTest {

  private static final SimulationSettings SETTINGS =
      new SimulationSettings(
          5, Duration.ofMillis(50), 8, Duration.ofMillis(3), Duration.ofMillis(400), 1);

  static Stream<ProviderLimit> providers() {
    return ProviderKind.all(SETTINGS).stream().flatMap(kind -> kind.limits().stream());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void without_a_limiter_most_calls_are_rejected(ProviderLimit provider)
      throws InterruptedException {
    Limiter none = Contender.NONE.limiter(SETTINGS.limit(), SETTINGS.period());

    Usage usage = usage(new Simulation(none, provider.newCounter(), SETTINGS).run());

    assertThat(usage.rejected()).isGreaterThan(usage.sent() / 2);
    assertThat(usage.use()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_client_that_keeps_each_place_until_a_period_after_the_answer_is_never_rejected(
      ProviderLimit provider) throws InterruptedException {
    try (Places places = new Places()) {
      Usage usage = usage(new Simulation(places, provider.newCounter(), SETTINGS).run());

      assertThat(usage.rejected()).isZero();
      assertThat(usage.sent()).isGreaterThan(SETTINGS.limit());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "FLOOR"})
  void every_limiter_is_set_up_for_the_limit(Contender contender) throws InterruptedException {
    Limiter limiter = contender.limiter(SETTINGS.limit(), SETTINGS.period());
    ProviderLimit provider = ProviderLimit.slidingWindow(SETTINGS.limit(), SETTINGS.period());

    List<Call> calls = new Simulation(limiter, provider.newCounter(), SETTINGS).run();

    long[] counted = calls.stream().mapToLong(Call::countedNanos).sorted().toArray();
    double periods =
        (double) (counted[counted.length - 1] - counted[0]) / SETTINGS.period().toNanos();
    // A peer may send a turn at once when it starts, and a turn into the period that has begun;
    // two more for a machine that was busy with something else in between.
    assertThat(calls.size()).isLessThanOrEqualTo((int) ((periods + 4) * SETTINGS.limit()));
    assertThat(calls.size()).isGreaterThan(SETTINGS.limit());
  }

  @Test
  void a_limiter_that_fails_fails_the_run() {
    Limiter broken =
        () -> {
          throw new IllegalStateException("out of order");
        };
    ProviderLimit provider = ProviderLimit.tokenBucket(5, Duration.ofMillis(50));

    assertThatThrownBy(() -> new Simulation(broken, provider.newCounter(), SETTINGS).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the limiter failed: java.lang.IllegalStateException: out of order");
  }

  private static Usage usage(List<Call> calls) {
    return Usage.of(calls, SETTINGS.limit(), SETTINGS.period());
  }

  /** The slow, obvious limiter that is safe for every provider. */
  private static final class Places implements Limiter, AutoCloseable {

    private final Semaphore free = new Semaphore(SETTINGS.limit());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @Override
    public long begin() throws InterruptedException {
      free.acquire();
      return 0;
    }

    @Override
    public void end(long stamp) {
      timer.schedule(() -> free.release(), SETTINGS.period().toNanos() + 1, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }
}
