package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In real time, a fraction of a second each. */
class ContentionTest {

  private static final int THREADS = 4;

  static Stream<Contest> atOnce() {
    return Contest.all(THREADS).stream().filter(contest -> !contest.isOfRate());
  }

  @ParameterizedTest
  @MethodSource("atOnce")
  void a_limit_of_one_at_once_lets_only_one_go_ahead(Contest contest) throws InterruptedException {
    Watched watched = new Watched(contest.limiter().get());
    Contest seen =
        new Contest(contest.limiterName(), contest.limit(), 0, Duration.ZERO, () -> watched);

    ContendedRow row =
        new Contention(seen, THREADS, Duration.ofMillis(5), Duration.ofMillis(300)).run();

    assertThat(row.grantsPerSecond()).isPositive();
    assertThat(watched.mostAtOnce).hasValue(1);
  }

  @Test
  void the_use_of_a_rate_is_measured() throws InterruptedException {
    Contest guava =
        Contest.all(THREADS).stream()
            .filter(contest -> contest.limiterName().equals(Contender.GUAVA.label()))
            .findFirst()
            .orElseThrow();

    ContendedRow row =
        new Contention(guava, THREADS, Duration.ofMillis(100), Duration.ofMillis(800)).run();

    assertThat(row.usePercent()).isPositive();
  }

  @Test
  void a_limiter_that_fails_fails_the_run() {
    Limiter broken =
        () -> {
          throw new IllegalStateException("out of order");
        };
    Contest contest = new Contest("broken", "1 at once", 0, Duration.ZERO, () -> broken);

    assertThatThrownBy(
            () -> new Contention(contest, 2, Duration.ofMillis(1), Duration.ofMillis(10)).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("broken failed: java.lang.IllegalStateException: out of order");
  }

  /** Counts who is between begin and end. */
  private static final class Watched implements Limiter {

    private final Limiter limiter;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    Watched(Limiter limiter) {
      this.limiter = limiter;
    }

    @Override
    public long begin() throws InterruptedException {
      long stamp = limiter.begin();
      mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
      return stamp;
    }

    @Override
    public void end(long stamp) {
      inside.decrementAndGet();
      limiter.end(stamp);
    }
  }
}
