package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceleratedTimeTest {

  private final VirtualTime real = new VirtualTime();

  @Test
  void a_real_second_counts_as_many() {
    AcceleratedTime time = new AcceleratedTime(60, real, () -> {});
    long start = time.nanos();

    real.advance(Duration.ofSeconds(3));

    assertThat(time.nanos() - start).isEqualTo(Duration.ofMinutes(3).toNanos());
  }

  @Test
  void the_wall_clock_starts_at_the_real_one_and_runs_as_fast_as_the_ticks() {
    AcceleratedTime time = new AcceleratedTime(60, real, () -> {});
    long start = real.epochNanos();
    assertThat(time.epochNanos()).isEqualTo(start);

    real.advance(Duration.ofSeconds(3));
    real.jumpWallClock(Duration.ofDays(1));

    assertThat(time.epochNanos() - start).isEqualTo(Duration.ofMinutes(3).toNanos());
  }

  @Test
  void a_timer_never_runs_before_its_tick() {
    AcceleratedTime time = new AcceleratedTime(60, real, () -> {});
    long start = time.nanos();
    List<Long> ran = new ArrayList<>();
    time.schedule(120, () -> ran.add(time.nanos() - start));
    time.schedule(121, () -> ran.add(time.nanos() - start));
    time.schedule(-5, () -> ran.add(time.nanos() - start));

    real.advanceNanos(10);

    assertThat(ran).containsExactly(0L, 120L, 180L);
  }

  @Test
  void ticks_wrap_and_go_on() {
    AcceleratedTime time = new AcceleratedTime(Integer.MAX_VALUE, real, () -> {});
    long before = time.nanos();
    for (int hour = 0; hour < 5; hour++) {
      real.advance(Duration.ofHours(1));
      long now = time.nanos();
      assertThat(now - before).isEqualTo(Duration.ofHours(1).toNanos() * Integer.MAX_VALUE);
      before = now;
    }
  }

  @Test
  void on_the_time_of_this_jvm_it_keeps_the_order_and_the_ticks() throws Exception {
    long wall = Instant.now().minusMillis(1).toEpochMilli() * 1_000_000;
    try (AcceleratedTime time = new AcceleratedTime(1_000)) {
      long start = time.nanos();
      CompletableFuture<Long> late = new CompletableFuture<>();
      CompletableFuture<Long> early = new CompletableFuture<>();
      time.schedule(Duration.ofSeconds(10).toNanos(), () -> early.complete(time.nanos() - start));
      time.schedule(Duration.ofSeconds(30).toNanos(), () -> late.complete(time.nanos() - start));

      assertThat(late.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(30_000_000_000L);
      assertThat(early).isCompletedWithValueMatching(at -> at >= 10_000_000_000L);
      assertThat(time.factor()).isEqualTo(1_000);
      assertThat(Duration.ofNanos(time.epochNanos() - wall)).isGreaterThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void an_exception_stops_no_other_timer_and_reaches_the_thread() throws Exception {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    CompletableFuture<Boolean> ran = new CompletableFuture<>();
    try (AcceleratedTime time = new AcceleratedTime(1_000)) {
      time.schedule(
          0,
          () -> {
            Thread.currentThread()
                .setUncaughtExceptionHandler((thread, failure) -> reported.complete(failure));
            throw new IllegalStateException("task");
          });
      time.schedule(1_000, () -> ran.complete(true));

      assertThat(ran.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(reported.get(30, TimeUnit.SECONDS)).hasMessage("task");
    }
  }

  @Test
  void closed_it_refuses_timers_and_leaves_no_thread() {
    AcceleratedTime time = new AcceleratedTime(1);
    List<String> ran = new ArrayList<>();
    time.schedule(Duration.ofHours(1).toNanos(), () -> ran.add("late"));
    assertThat(threads()).isPositive();

    time.close();
    time.close();

    assertThatThrownBy(() -> time.schedule(1, () -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage("throttle-accelerated-time is closed: it runs no timer");
    await().untilAsserted(() -> assertThat(threads()).isZero());
    assertThat(ran).isEmpty();
  }

  @Test
  void a_factor_below_one_is_refused() {
    assertThatThrownBy(() -> new AcceleratedTime(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "factor must be at least 1, but was 0. It is how many seconds a real second counts.");
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("throttle-accelerated-time"))
        .count();
  }
}
