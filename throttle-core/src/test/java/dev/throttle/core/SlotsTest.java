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
  void the_waiting_room_is_asked_to_look_only_where_somebody_waits() {
    for (boolean waits : new boolean[] {false, true}) {
      Slots slots = slots(perNanos(9, 1_024_000).withMaxHold(Duration.ofNanos(800)));
      if (waits) {
        slots.closeGate();
      }
      int cohort = slots.takeInTurn(6, false);
      assertThat(slots.complete(cohort, 1)).isEqualTo(waits);
      assertThat(slots.complete(cohort, 1)).as("a timer is set for their run").isFalse();
      assertThat(slots.giveBack(cohort, 1)).isEqualTo(waits);
      assertThat(slots.undo(cohort, 1)).isEqualTo(waits);
      time.advance(100);
      assertThat(slots.inUse()).as("the cohort ends").isEqualTo(4);
      assertThat(slots.complete(cohort, 1)).isEqualTo(waits);
      assertThat(slots.giveBack(cohort, 1)).isEqualTo(waits);
      time.advance(800);
      assertThat(slots.inUse()).as("and so does its hold").isEqualTo(3);
      assertThat(slots.complete(cohort, 1)).isFalse();
      assertThat(slots.giveBack(cohort, 1)).isFalse();
    }
  }

  @Test
  void the_waiting_room_is_asked_to_look_at_a_limit_of_calls_at_once_where_somebody_waits() {
    for (boolean waits : new boolean[] {false, true}) {
      Slots slots = slots(Limit.concurrent(9));
      if (waits) {
        slots.closeGate();
      }
      int cohort = slots.takeInTurn(2, false);
      assertThat(slots.complete(cohort, 1)).isEqualTo(waits);
      assertThat(slots.completeAt(cohort, 1, time.nanos())).isEqualTo(waits);
    }
  }

  @Test
  void what_is_counted_within_a_time_is_back_after_that_and_a_period() {
    Slots slots = slots(perNanos(1, 5_000).withCountedWithin(Duration.ofNanos(1_000)));
    assertThat(slots.lookAgainIn(1, false)).isZero();
    slots.tryTake(1, false);
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(6_000);
    time.advance(5); // its cohort has not ended
    assertThat(slots.lookAgainIn(1, false)).isEqualTo(5_995);
    time.advance(395);
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

  @Test
  void a_prediction_knows_the_open_run_beside_those_that_rest() {
    Slots slots = slots(perNanos(3, 10_240)); // a run is open for 8
    int cohort = slots.tryTake(3, false);
    slots.complete(cohort, 1);
    time.advance(10);
    slots.complete(cohort, 2);
    time.advance(5);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(10_225);
    assertThat(slots.freeInAtLeast(0, 3, false)).isEqualTo(10_235);
  }

  @Test
  void a_prediction_of_tokens_counts_what_drips_and_then_what_completes_at_once() {
    Slots slots =
        slots(Limit.tokenBucket(1, Duration.ofNanos(100), 4).withGuard(Duration.ofNanos(7)));
    int cohort = slots.tryTake(4, false);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(107);
    time.advance(1_000);
    assertThat(slots.freeInAtLeast(0, 1, false)).as("all are in flight still").isEqualTo(107);
    slots.complete(cohort, 2);
    time.advance(30);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(77);
    assertThat(slots.freeInAtLeast(0, 2, false)).isEqualTo(177);
    assertThat(slots.freeInAtLeast(0, 3, false)).as("the third is in flight").isEqualTo(277);
    assertThat(slots.freeInAtLeast(3, 1, false)).isEqualTo(377);
  }

  @Test
  void a_prediction_of_tokens_beyond_all_time_is_for_ever() {
    Slots slots = slots(Limit.tokenBucket(1, Duration.ofDays(36_499), 100));
    slots.tryTake(100, false);
    assertThat(slots.freeInAtLeast(0, 100, false)).isEqualTo(Nanos.FOR_EVER);
  }

  @Test
  void a_prediction_of_a_fixed_window_is_to_its_end_and_a_guard() {
    long window = 10_000_000;
    Slots slots =
        slots(Limit.fixedWindow(2, Duration.ofNanos(window)).withGuard(Duration.ofNanos(10)));
    time.advance(300);
    slots.complete(slots.tryTake(2, false), 2);
    time.advance(200);
    assertThat(slots.freeInAtLeast(0, 1, false)).isEqualTo(window - 500 + 10);
    assertThat(slots.freeInAtLeast(2, 1, false)).isEqualTo(2 * window - 500 + 10);
    time.advance(2 * window - 500 - 5);
    slots.complete(slots.tryTake(2, false), 2);
    assertThat(slots.freeInAtLeast(0, 1, false))
        .as("complete so short before the end that it may count in the next")
        .isEqualTo(5 + window + 10);
  }

  // ---- others

  @Test
  void each_answer_is_believed_for_some_periods_after_the_last_that_showed_others() {
    Slots slots = slots(perNanos(10, 1_000));
    for (int i = 0; i < 10; i++) {
      slots.heed(3, false, slots.returned(), 0, 0, Nanos.FOR_EVER);
      assertThat(slots.inUse()).isEqualTo(7);
      time.advance(500);
    }
    slots.heed(10, false, slots.returned(), 0, 0, Nanos.FOR_EVER);
    assertThat(slots.inUse()).isZero();
    slots.tryTake(4, false);
    slots.heed(6, false, slots.returned(), 0, 0, Nanos.FOR_EVER);
    assertThat(slots.inUse()).as("four in flight, for whom four of the six are").isEqualTo(8);
  }
}
