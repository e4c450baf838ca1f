package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a call has really cost, said before its permit is complete. */
class AdjustTest {

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final Bucket bucket = buckets.define("b", perNanos(10, 1_000));
  private final Throttle throttle = buckets.throttle("b");

  @Test
  void what_was_too_much_comes_back_at_completion_and_the_rest_a_period_later() {
    Permit permit = throttle.withCost(10).acquire();
    CompletableFuture<Permit> waiting = throttle.withCost(7).acquireAsync();
    permit.adjust(3);
    assertThat(bucket.inUse()).isEqualTo(10);
    permit.complete();
    assertThat(waiting).isCompleted();
    assertThat(bucket.inUse()).isEqualTo(10);
    waiting.join().giveBack();
    time.advance(999);
    assertThat(bucket.inUse()).isEqualTo(3);
    time.advance(1);
    assertThat(bucket.inUse()).isZero();
  }

  @Test
  void what_was_too_little_is_taken_at_once_even_beyond_the_limit_and_paid_off() {
    Permit permit = throttle.withCost(4).acquire();
    permit.adjust(25);
    assertThat(bucket.inUse()).isEqualTo(25);
    assertThat(throttle.tryAcquire()).isNull();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    permit.complete();
    time.advance(999);
    assertThat(waiting).isNotDone();
    time.advance(1);
    assertThat(waiting).isCompleted();
    assertThat(bucket.inUse()).isEqualTo(1);
  }

  @Test
  void of_several_adjustments_the_last_counts() {
    for (int last : new int[] {0, 1, 5, 8, 12}) {
      Permit permit = throttle.withCost(5).acquire();
      for (int cost : new int[] {8, 0, 12, 2, 7, last}) {
        permit.adjust(cost);
      }
      permit.complete();
      assertThat(bucket.inUse()).isEqualTo(last);
      time.advance(1_000);
      assertThat(bucket.inUse()).isZero();
    }
  }

  @Test
  void what_is_given_back_is_given_back_whole_whatever_was_adjusted() {
    Permit permit = throttle.withCost(5).acquire();
    permit.adjust(12);
    permit.adjust(2);
    permit.giveBack();
    assertThat(bucket.inUse()).isZero();
  }

  static List<Limit> limits() {
    Duration period = Duration.ofSeconds(1);
    return List.of(
        Limit.of(10, period),
        Limit.concurrent(10),
        Limit.tokenBucket(10, period, 10),
        Limit.fixedWindow(10, period),
        Limit.leakyBucket(10, period),
        Limit.of(10, period).withCountedWithin(Duration.ofMillis(10)));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void every_limit_is_charged_what_it_was_and_free_again_in_the_end(Limit limit) {
    Bucket both = buckets.define("both", List.of(limit, Limit.concurrent(50)), 10);
    Throttle calls = buckets.throttle("both");
    Permit permit = calls.withCost(4).acquire();
    permit.adjust(23);
    assertThat(both.inUse()).isEqualTo(23);
    permit.adjust(21);
    permit.close();
    long owed = limit.period().isZero() ? 0 : 21;
    assertThat(both.inUse()).isEqualTo((int) owed);
    assertThat(both.snapshot().limits().get(1).inUse()).isZero();
    time.advance(Duration.ofSeconds(4).toNanos());
    assertThat(both.inUse()).isZero();
  }

  @Test
  void buckets_of_one_call_are_adjusted_together_or_each_by_name() {
    Bucket other = buckets.define("other", perNanos(100, 1_000));
    Throttle both = buckets.throttle("b", "other");
    Permit same = both.withCost(3).acquire();
    same.adjust(1);
    same.adjust("other", 7);
    same.complete();
    assertThat(bucket.inUse()).isEqualTo(1);
    assertThat(other.inUse()).isEqualTo(7);
    Permit different = both.withCost("other", 50).acquire();
    assertThatThrownBy(() -> different.adjust(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            " have different costs; name the one to adjust: adjust(bucket, actualCost).");
    assertThatThrownBy(() -> different.adjust("none", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no bucket 'none' among those of this throttle of [bucket 'b'");
    different.adjust("other", 20);
    different.complete();
    assertThat(bucket.inUse()).isEqualTo(2);
    assertThat(other.inUse()).isEqualTo(27);
  }

  @Test
  void an_adjustment_after_completion_or_below_zero_is_refused() {
    Permit permit = throttle.acquire();
    assertThatThrownBy(() -> permit.adjust(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("actual cost must be at least 0, but was -1.");
    permit.complete();
    assertThatThrownBy(() -> permit.adjust(2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot adjust a permit of ");
    assertThat(bucket.inUse()).isEqualTo(1);
  }

  @Test
  void nobody_looks_for_those_who_wait_where_nobody_ever_did() {
    Permit permit = throttle.withCost(2).acquire();
    permit.adjust(5);
    permit.adjust(4);
    permit.complete();
    assertThat(bucket.slots.gate).isNull();
  }
}
