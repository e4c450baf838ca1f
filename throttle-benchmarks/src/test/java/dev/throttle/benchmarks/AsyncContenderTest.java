package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In real time, a fraction of a second each. */
class AsyncContenderTest {

  private static final int COUNT = 10;

  @ParameterizedTest
  @EnumSource(AsyncContender.class)
  @Timeout(10)
  void all_who_ask_wait_until_the_permits_come_back(AsyncContender contender) {
    Duration period = Duration.ofMillis(300);
    long due = System.nanoTime() + period.toNanos();
    try (AsyncLimiter limiter = contender.full(COUNT, period)) {
      List<? extends CompletableFuture<?>> callers =
          Stream.generate(limiter::ask).limit(COUNT).toList();

      callers.forEach(CompletableFuture::join);

      // One peer counts whole milliseconds.
      assertThat(System.nanoTime() - due).isGreaterThan(-2_000_000L);
    }
  }

  @ParameterizedTest
  @EnumSource(AsyncContender.class)
  void a_round_gives_every_figure_however_short_its_period_was(AsyncContender contender) {
    // So many that they take longer than the millisecond by which one peer may be early.
    WaitersRow row = new WaitersRound(20_000, Duration.ofMillis(1), 1).run(contender);

    assertThat(row.limiter()).isEqualTo(contender.label());
    assertThat(row.askedPerSecond()).isPositive();
    assertThat(row.grantedPerSecond()).isPositive();
    assertThat(row.cancelledPerSecond()).isPositive();
    assertThat(row.bytes()).isGreaterThan(row.bytesBesideFuture());
  }
}
