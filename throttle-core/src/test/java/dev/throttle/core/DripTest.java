package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the slots of token and leaky buckets come back. */
class DripTest {

  private final Asking asking = new Asking();
  private final FakeTime time = asking.time;

  private static Limit tokens(int permits, long periodNanos, int burst) {
    return Limit.tokenBucket(permits, Duration.ofNanos(periodNanos), burst)
        .withGuard(Duration.ZERO);
  }

  @Test
  void the_first_turn_begins_at_completion_even_if_nobody_looks_for_long() {
    Throttle throttle = asking.throttle("b", tokens(1, 100, 2));
    throttle.acquire().complete();
    time.advance(10);
    throttle.acquire().complete();
    time.advance(189);
    assertThat(throttle.buckets().get(0).inUse()).as("since 0: one in each 100").isEqualTo(1);
    time.advance(1);
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void the_first_turn_after_a_change_begins_at_the_change_even_if_nobody_looks_for_long() {
    Throttle throttle = asking.throttle("b", tokens(1, 1_000, 2));
    Bucket bucket = throttle.buckets().get(0);
    throttle.withCost(2).acquire().complete();
    time.advance(10);
    bucket.change(tokens(1, 100, 2));
    time.advance(150);
    assertThat(bucket.inUse()).isEqualTo(1);
  }

  @Test
  void what_was_rounded_up_is_not_gained_by_the_next_turn() {
    Throttle throttle = asking.throttle("b", tokens(3, 100, 1));
    List<Long> granted = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      throttle
          .acquireAsync()
          .thenAccept(
              permit -> {
                granted.add(time.elapsed());
                permit.complete();
              });
    }
    time.advance(200);
    assertThat(granted).as("33 are less than a third of 100").containsExactly(0L, 34L, 68L, 102L);
  }

  @Test
  void a_prediction_knows_that_a_grant_which_comes_late_by_less_than_a_turn_keeps_its_place() {
    Limit even = Limit.leakyBucket(3, Duration.ofNanos(300)).withGuard(Duration.ZERO);
    Throttle throttle = asking.throttle("b", even);
    asking.ask(throttle, "at 0");
    time.advance(150);
    throttle.buckets().get(0).pause(Duration.ofNanos(10));
    asking.ask(throttle, "at 160 instead of 100");
    assertThat(throttle.predict()).isEqualTo(Duration.ofNanos(50));
    asking.ask(throttle.withMaxWait(Duration.ofNanos(50)), "at 200");
    time.advance(50);
    assertThat(asking.granted).endsWith("at 200");
  }

  @Test
  void a_grant_that_comes_late_by_a_whole_turn_does_not_make_up_for_it() {
    Limit even = Limit.leakyBucket(3, Duration.ofNanos(300)).withGuard(Duration.ZERO);
    Throttle throttle = asking.throttle("b", even);
    asking.ask(throttle, "at 0");
    time.advance(200);
    asking.ask(2, throttle, "at 200 instead of 100, and then");
    time.advance(99);
    assertThat(asking.granted).hasSize(2);
    time.advance(1);
    assertThat(asking.granted).hasSize(3);
  }

  @Test
  void tokens_go_on_coming_back_however_many_have_come_without_a_break() {
    int half = 1 << 30;
    Throttle throttle = asking.throttle("b", tokens(half, 1_000, Integer.MAX_VALUE));
    throttle.withCost(Integer.MAX_VALUE).acquire().complete();
    for (int period = 0; period < 6; period++) {
      time.advance(1_000);
      assertThat(throttle.buckets().get(0).inUse()).isEqualTo(Integer.MAX_VALUE - half);
      throttle.withCost(half).acquire().complete();
    }
  }
}
