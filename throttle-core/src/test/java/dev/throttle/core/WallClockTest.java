package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixed windows while the wall clock is set, as it is when a machine finds its time server. */
class WallClockTest {

  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final FakeTime time = new FakeTime(Long.MAX_VALUE - MINUTE, 1_000 * HOUR);
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final Bucket bucket =
      buckets.define("b", Limit.fixedWindow(2, Duration.ofHours(1)).withGuard(Duration.ZERO));
  private final Throttle throttle = buckets.throttle("b");

  @Test
  void a_window_is_free_at_its_end_although_the_clock_was_set_back_meanwhile() {
    throttle.acquire().complete();
    throttle.acquire().complete();
    time.setWallClock(-10 * HOUR);
    time.advance(HOUR - 1);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {600, 630, -600, 25})
  void a_clock_that_is_set_grants_no_window_twice(long minutes) {
    time.advance(30 * MINUTE);
    throttle.acquire().complete();
    throttle.acquire().complete();
    time.setWallClock(minutes * MINUTE);
    assertThat(throttle.tryAcquire()).isNull();
    assertThat(bucket.inUse()).isEqualTo(2);
  }

  @Test
  void whoever_waits_finds_out_within_an_hour_that_the_clock_was_set() {
    Bucket daily =
        buckets.define("daily", Limit.fixedWindow(1, Duration.ofDays(1)).withGuard(Duration.ZERO));
    Throttle call = buckets.throttle("daily");
    call.acquire().complete();
    CompletableFuture<Permit> next = call.acquireAsync();
    long left = daily.snapshot().nextPermitIn().toNanos();
    assertThat(left).as("of 1,000 hours since 1970").isEqualTo(8 * HOUR);
    time.setWallClock(left - 2 * MINUTE);
    time.advance(HOUR);
    assertThat(next).isDone();
  }

  @Test
  void a_call_that_never_completes_is_given_up_on_time_although_the_clock_was_set_back() {
    Bucket held =
        buckets.define(
            "held", Limit.fixedWindow(1, Duration.ofMinutes(1)).withMaxHold(Duration.ofMinutes(8)));
    Throttle call = buckets.throttle("held");
    call.acquire();
    CompletableFuture<Permit> next = call.acquireAsync();
    time.setWallClock(-100 * HOUR);
    time.advance(11 * MINUTE);
    assertThat(next).isDone();
    assertThat(held.inUse()).isEqualTo(1);
  }
}
