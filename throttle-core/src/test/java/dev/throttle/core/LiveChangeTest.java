package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static dev.throttle.core.Asking.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.throttle.annotation.Priority;
import dev.throttle.core.ThrottledException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Limits, modes and pauses that change while calls wait. */
class LiveChangeTest {

  private final Asking asking = new Asking();
  private final FakeTime time = asking.time;
  private final Buckets buckets = asking.buckets;

  // ---- limits

  @Test
  void a_bucket_that_was_changed_is_still_the_one_that_it_was_defined_as() {
    Limit written = Limit.of(10, Duration.ofSeconds(1));
    Bucket bucket = buckets.define("b", written);
    bucket.change(Limit.of(5, Duration.ofSeconds(1)));
    assertThat(buckets.define("b", written)).isSameAs(bucket);
    assertThat(bucket.limit().permits()).isEqualTo(5);
    Limit changed = bucket.limit();
    assertThatThrownBy(() -> buckets.define("b", changed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bucket 'b' (10 per PT1S) is defined already, and now again as 5 per PT1S with maxQueue"
                + " 100000; before, maxQueue was 100000. Define it once and name it elsewhere.");
  }

  @Test
  void those_who_cost_more_than_a_limit_is_now_are_refused_and_the_next_go_on() {
    Throttle one = asking.throttle("b", perNanos(4, 1_000));
    asking.ask(1, one.withCost(4), "first");
    CompletableFuture<Permit> big = asking.ask(one.withCost(3), "big");
    asking.ask(2, one, "small");
    buckets.bucket("b").change(perNanos(2, 1_000));
    assertThat(reasonOf(big)).isEqualTo(Reason.COST);
    asking.completeAll();
    time.advance(1_000);
    assertThat(asking.granted).containsExactly("first", "small", "small");
  }

  @Test
  void each_of_several_limits_changes_and_they_stay_as_many() {
    Bucket bucket =
        buckets.define("b", List.of(perNanos(1, 1_000), perNanos(2, 10_000)), Integer.MAX_VALUE);
    Throttle throttle = buckets.throttle("b");
    asking.ask(4, throttle, "call");
    bucket.change(List.of(perNanos(4, 1_000), perNanos(3, 10_000)));
    assertThat(asking.granted).hasSize(3);
    assertThatThrownBy(() -> bucket.change(perNanos(4, 1_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "has 2 limit(s), which can be changed but not become 1. Give as many as it was defined"
                + " with.");
  }

  @Test
  void a_window_reset_at_the_end_of_a_month_can_be_defined_elsewhere() {
    Windows months = Windows.of(Period.ofMonths(1), ZoneId.of("UTC"));
    Limit limit = Limit.fixedWindow(10, months.beginningAt(Instant.parse("2026-01-31T12:00:00Z")));
    assertThat(buckets.define("b", limit).limit()).isEqualTo(limit);
  }

  @Test
  void a_reset_moves_the_fixed_windows_and_those_who_wait_follow() {
    Limit window = Limit.fixedWindow(1, Duration.ofSeconds(1));
    Bucket bucket = buckets.define("b", List.of(window, perNanos(5, 1_000)), 10);
    asking.ask(2, buckets.throttle("b"), "call");
    asking.completeOne();
    bucket.resetAt(Instant.ofEpochMilli(400));
    time.advance(Duration.ofMillis(401).toNanos() - 1);
    assertThat(asking.granted).hasSize(1);
    time.advance(1);
    assertThat(asking.granted).hasSize(2);
    assertThat(bucket.limits().get(1)).isEqualTo(perNanos(5, 1_000));
  }

  // ---- modes

  @Test
  void a_bucket_that_rejects_refuses_only_those_for_whom_it_has_no_permit_itself() {
    Bucket rejecting = buckets.define("rejecting", perNanos(2, 1_000));
    rejecting.change(Mode.REJECT);
    buckets.define("waiting", perNanos(1, 1_000));
    Throttle both = buckets.throttle("rejecting", "waiting");
    Permit first = both.acquire();
    CompletableFuture<Permit> second = both.acquireAsync();
    assertThat(second).as("there is a permit where it rejects").isNotDone();
    buckets.throttle("rejecting").acquire();
    assertThat(reasonOf(both.acquireAsync())).isEqualTo(Reason.MAX_WAIT);
    ThrottledException refused =
        catchThrowableOfType(
            ThrottledException.class, buckets.throttle("waiting", "rejecting")::acquire);
    assertThat(refused.bucket()).isEqualTo("rejecting");
    first.complete();
    time.advance(1_000);
    assertThat(reasonOf(second)).as("its permit was taken meanwhile").isEqualTo(Reason.MAX_WAIT);
  }

  // ---- pauses

  @Test
  void of_several_pauses_the_longest_counts_until_it_is_ended() {
    Throttle throttle = asking.throttle("b", perNanos(10, 1_000));
    Bucket bucket = buckets.bucket("b");
    bucket.pause(Duration.ofNanos(500));
    bucket.pause(Duration.ofNanos(100));
    bucket.pause(Duration.ZERO);
    asking.ask(1, throttle, "first");
    time.advance(499);
    assertThat(asking.granted).isEmpty();
    time.advance(1);
    assertThat(asking.granted).containsExactly("first");
    bucket.pause(Duration.ofSeconds(Long.MAX_VALUE));
    bucket.pause(Duration.ofNanos(1));
    asking.ask(1, throttle, "second");
    time.advance(Duration.ofDays(100_000).toNanos());
    assertThat(asking.granted).hasSize(1);
    bucket.resume();
    assertThat(asking.granted).hasSize(2);
    bucket.resume();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_pause_of_no_time_pauses_nobody() {
    Throttle throttle = asking.throttle("b", perNanos(10, 1_000));
    time.advance(5_000); // ticks are below zero now
    buckets.bucket("b").pause(Duration.ZERO);
    assertThat(buckets.bucket("b").snapshot().pausedFor()).isZero();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void no_timer_runs_while_a_pause_lasts_until_it_is_ended() {
    Throttle throttle = asking.throttle("b", perNanos(1, 1_000));
    throttle.acquire().complete();
    asking.ask(throttle, "waits");
    assertThat(time.pendingTimers()).isEqualTo(1);
    buckets.bucket("b").pause(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(time.pendingTimers()).isZero();
    buckets.bucket("b").resume();
    assertThat(time.pendingTimers()).isEqualTo(1);
  }

  @Test
  void a_pause_in_shadow_mode_holds_when_the_shadow_ends() {
    Throttle throttle = asking.throttle("b", perNanos(10, 1_000));
    Bucket bucket = buckets.bucket("b");
    bucket.change(Mode.SHADOW);
    bucket.pause(Duration.ofNanos(500));
    assertThat(throttle.tryAcquire()).isNotNull();
    bucket.change(Mode.WAIT);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(500);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  // ---- those who wait

  @Test
  void who_was_passed_over_sixteen_times_gets_what_there_is_at_once() {
    Throttle normal = asking.throttle("b", Limit.concurrent(4).withReserve(50));
    Throttle high = normal.withPriority(Priority.HIGH);
    asking.ask(3, normal, "normal");
    assertThat(asking.granted).hasSize(2);
    List<Permit> held = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      held.add(high.acquire());
      if (i < 15) {
        held.remove(0).complete();
      }
    }
    assertThat(asking.granted).as("one of four is free").hasSize(3);
  }
}
