package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cohorts and looks ahead, which no caller sees but by the nanosecond. */
class SlotsTest {

  private final FakeTime time = new FakeTime();
  private final List<Integer> heldTooLong = new ArrayList<>();

  private Slots slots(Limit limit) {
    return TestBuckets.slots(
        limit,
        time,
        new ThrottleListener() {
          @Override
          public void heldTooLong(Bucket bucket, int permits) {
            heldTooLong.add(permits);
          }
        });
  }

  // ---- holds

  @Test
  void each_cohort_has_its_own_hold() {
    Slots slots = slots(Limit.concurrent(9).withMaxHold(Duration.ofNanos(800)));
    slots.tryTake(1, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(1); // the first cohort ends, 800 before its hold does
    slots.tryTake(2, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(3);
    time.advance(699);
    assertThat(slots.inUse()).isEqualTo(3);
    time.advance(1);
    assertThat(slots.inUse()).isEqualTo(2);
    time.advance(100);
    assertThat(slots.inUse()).isZero();
    time.advance(0);
    assertThat(heldTooLong).containsExactly(1, 2);
  }

  @Test
  void a_call_that_starts_late_has_its_whole_hold_from_then() {
    Slots slots = slots(Limit.concurrent(1).withMaxHold(Duration.ofNanos(800)));
    int granted = slots.tryTake(1, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(1);
    time.advance(600);
    int started = slots.renew(granted, 1);
    time.advance(799);
    assertThat(slots.inUse()).isEqualTo(1);
    slots.complete(started, 1);
    assertThat(slots.inUse()).isZero();
    time.advance(0);
    assertThat(heldTooLong).isEmpty();
  }

  @Test
  void what_an_old_cohort_completes_rests_from_then() {
    Slots slots = slots(perNanos(2, 300).withMaxHold(Duration.ofNanos(800)));
    int old = slots.tryTake(2, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(2);
    slots.complete(old, 1);
    slots.giveBack(old, 1);
    assertThat(slots.inUse()).isEqualTo(1);
    time.advance(299);
    assertThat(slots.inUse()).isEqualTo(1);
    time.advance(1);
    assertThat(slots.inUse()).isZero();
    time.advance(2_000);
    assertThat(slots.inUse()).isZero();
    assertThat(heldTooLong).isEmpty();
  }

  @Test
  void what_was_in_flight_over_a_change_is_known_to_its_cohort() {
    Slots slots = slots(perNanos(2, 50).withMaxHold(Duration.ofNanos(800)));
    int cohort = slots.tryTake(2, false);
    slots.change(slots.bucket.family.terms(perNanos(5, 50).withMaxHold(Duration.ofNanos(800))));
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(2); // and the cohort ends
    slots.complete(cohort, 2);
    time.advance(50);
    assertThat(slots.inUse()).isZero();
  }

  @Test
  void what_is_taken_unhindered_belongs_to_the_cohort_of_its_time() {
    Slots slots = slots(perNanos(1, 50).withMaxHold(Duration.ofNanos(800)));
    slots.tryTake(1, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(1);
    slots.complete(slots.takeAnyway(3), 3);
    assertThat(slots.inUse()).isEqualTo(4);
    time.advance(50);
    assertThat(slots.inUse()).isEqualTo(1);
  }

  @Test
  void what_is_taken_unhindered_is_counted_within_its_time_from_then() {
    Slots slots = slots(perNanos(1, 500).withCountedWithin(Duration.ofNanos(100)));
    time.advance(70);
    slots.takeAnyway(2);
    time.advance(599);
    assertThat(slots.inUse()).isEqualTo(2);
    time.advance(1);
    assertThat(slots.inUse()).isZero();
  }

  @Test
  void what_is_granted_too_far_beyond_the_limit_is_not_counted() {
    Slots slots = slots(Limit.concurrent(1));
    int most = 1 << 30;
    int counted = slots.takeAnyway(most);
    assertThat(slots.takeAnyway(1)).isEqualTo(counted);
    int uncounted = slots.takeAnyway(1);
    assertThat(uncounted).isEqualTo(Slots.COHORT_MASK);
    assertThat(slots.renew(uncounted, 1)).isEqualTo(uncounted);
    assertThat(slots.inUse()).isEqualTo(most + 1);
    slots.complete(uncounted, 1);
    slots.giveBack(uncounted, 1);
    assertThat(slots.inUse()).isEqualTo(most + 1);
    slots.giveBack(counted, most);
    assertThat(slots.inUse()).isEqualTo(1);
  }

  @Test
  void no_cohort_bears_the_number_of_what_is_not_counted() {
    Slots slots = slots(Limit.concurrent(2).withMaxHold(Duration.ofNanos(8)));
    int cohort = 0;
    for (int turn = 0; turn <= Slots.COHORT_MASK; turn++) {
      int taken = slots.tryTake(1, false);
      if (taken == Slots.COHORT_MASK) {
        throw new AssertionError("cohort " + taken + " after " + cohort);
      }
      cohort = taken;
      time.advance(1);
      slots.inUse();
      slots.giveBack(cohort, 1);
    }
    assertThat(cohort).as("began anew").isLessThan(10);
    assertThat(slots.inUse()).isZero();
  }

  // ---- looks ahead

  @Test
  void what_is_counted_within_a_time_is_back_after_that_and_a_period() {
    Slots slots = slots(perNanos(1, 5_000).withCountedWithin(Duration.ofNanos(1_000)));
    assertThat(slots.lookAgainIn(1, false)).isZero();
    slots.tryTake(1, false);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(6_000);
    time.advance(400);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(5_600);
    time.advance(600);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(5_000);
  }

  @Test
  void tokens_that_are_counted_within_a_time_may_be_back_from_then() {
    Slots slots =
        slots(
            Limit.tokenBucket(1, Duration.ofNanos(5_000), 1)
                .withGuard(Duration.ZERO)
                .withCountedWithin(Duration.ofNanos(1_000)));
    slots.tryTake(1, false);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(1_000);
    time.advance(1_000);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(5_000);
  }

  @Test
  void calls_in_flight_are_looked_at_when_their_cohort_ends_and_not_after_they_are_complete() {
    Slots slots = slots(perNanos(1, 5_000).withMaxHold(Duration.ofNanos(800)));
    int cohort = slots.tryTake(1, false);
    time.advance(30);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(70);
    slots.complete(cohort, 1);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(5_000);
    time.advance(10);
    assertThat(slots.lookAgainIn(1, false)).as("and the run is over").isEqualTo(4_990);
  }

  @Test
  void a_call_of_several_slots_is_looked_at_when_enough_are_back() {
    Slots slots = slots(perNanos(3, 1_000));
    for (int i = 0; i < 3; i++) {
      slots.complete(slots.tryTake(1, false), 1);
      time.advance(100);
    }
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(700);
    assertThat(slots.lookAgainIn(2, false)).isEqualTo(800);
    assertThat(slots.lookAgainIn(3, false)).isEqualTo(900);
  }

  // ---- predictions

  @Test
  void a_prediction_counts_what_rests_then_what_completes_at_once() {
    Slots slots = slots(perNanos(3, 100));
    slots.complete(slots.tryTake(1, false), 1);
    time.advance(10);
    int brief = slots.tryTake(1, false);
    slots.tryTake(1, false);
    slots.complete(brief, 1);
    time.advance(20);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(70);
    assertThat(slots.freeInAtLeast(0, 2, false)).isEqualTo(80);
    assertThat(slots.freeInAtLeast(0, 3, false)).as("the third is in flight").isEqualTo(100);
    assertThat(slots.freeInAtLeast(3, 1, false)).as("a round later").isEqualTo(170);
  }

  @Test
  void a_prediction_leaves_the_reserve_to_high_priority() {
    Slots slots = slots(perNanos(10, 100).withReserve(20));
    assertThat(slots.freeInAtLeast(7, 1, false)).isZero();
    assertThat(slots.freeInAtLeast(8, 1, false)).isEqualTo(100);
    assertThat(slots.freeInAtLeast(9, 1, true)).isZero();
    assertThat(slots.freeInAtLeast(10, 1, true)).isEqualTo(100);
    slots.complete(slots.tryTake(8, false), 8);
    time.advance(30);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(70);
    assertThat(slots.freeInAtLeast(0, 2, true)).isZero();
    assertThat(slots.freeInAtLeast(0, 3, true)).isEqualTo(70);
    assertThat(slots.freeInAtLeast(8, 1, false)).isEqualTo(170);
    assertThat(slots.freeInAtLeast(16, 1, false)).isEqualTo(270);
  }

  @Test
  void a_prediction_behind_more_than_are_free_waits_a_rest_for_each_round() {
    Slots slots = slots(perNanos(10, 100));
    assertThat(slots.freeInAtLeast(9, 1, false)).isZero();
    assertThat(slots.freeInAtLeast(10, 1, false)).isEqualTo(100);
    assertThat(slots.freeInAtLeast(19, 1, false)).isEqualTo(100);
    assertThat(slots.freeInAtLeast(20, 1, false)).isEqualTo(200);
  }
}
