package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is remembered of completions: at which time, and that none is lost or too early. */
class RunsTest {

  private static final Terms TERMS = terms(10_240); // a span of 10

  private final Runs runs = new Runs();

  private static Terms terms(long restNanos) {
    return new Terms(
        Limit.of(1, Duration.ofNanos(restNanos)).withGuard(Duration.ZERO), new FakeTime());
  }

  // ---- resting

  @Test
  void completions_within_a_span_of_the_first_share_a_run_with_the_time_of_the_last() {
    runs.add(100, 100, 1, TERMS);
    runs.add(110, 110, 2, TERMS);
    runs.add(111, 111, 4, TERMS);
    assertThat(runs.size()).isEqualTo(2);
    assertThat(runs.firstTime()).isEqualTo(110);
    assertThat(runs.count(0)).isEqualTo(3);
    assertThat(runs.count(1)).isEqualTo(4);
    assertThat(runs.total()).isEqualTo(7);
  }

  @Test
  void a_run_that_began_before_the_last_one_is_as_late_as_that_and_ends_no_later_for_it() {
    runs.add(100, 105, 1, TERMS);
    runs.add(90, 95, 1, TERMS);
    assertThat(runs.firstTime()).isEqualTo(105);
    runs.add(101, 101, 1, TERMS); // a span after 90, counted as late as 105
    assertThat(runs.size()).isEqualTo(2);
    assertThat(runs.timeOf(3)).isEqualTo(105);
  }

  @Test
  void slots_are_together_when_the_last_of_the_runs_they_need_is() {
    for (int i = 1; i <= 4; i++) {
      runs.add(100L * i, 100L * i, 2, TERMS);
    }
    assertThat(runs.timeOf(1)).isEqualTo(100);
    assertThat(runs.timeOf(2)).isEqualTo(100);
    assertThat(runs.timeOf(3)).isEqualTo(200);
    assertThat(runs.timeOf(6)).isEqualTo(300);
    assertThat(runs.timeOf(7)).isEqualTo(400);
    assertThat(runs.timeOf(99)).as("more than rest").isEqualTo(400);
  }

  @Test
  void what_was_complete_by_a_time_is_what_runs_until_then_have() {
    runs.add(nearTheLargest(), nearTheLargest(), 2, TERMS);
    runs.add(nearTheLargest() + 50, nearTheLargest() + 50, 3, TERMS);
    assertThat(runs.completedBy(nearTheLargest() - 1)).isZero();
    assertThat(runs.completedBy(nearTheLargest())).isEqualTo(2);
    assertThat(runs.completedBy(nearTheLargest() + 49)).isEqualTo(2);
    assertThat(runs.completedBy(nearTheLargest() + 50)).isEqualTo(5);
    assertThat(runs.completedBy(nearTheLargest() + 51)).isEqualTo(5);
  }

  @Test
  void runs_come_out_in_order_however_many_came_and_went_before() {
    for (int i = 0; i < 100; i++) {
      runs.add(100L * i, 100L * i, i + 1, TERMS);
      if (i % 3 == 2) {
        int first = i / 3;
        assertThat(runs.firstTime()).isEqualTo(100L * first);
        assertThat(runs.removeFirst()).isEqualTo(first + 1);
      }
    }
    runs.removeFromFirst(30);
    assertThat(runs.count(0)).isEqualTo(4);
    assertThat(runs.firstTime()).isEqualTo(3_300);
    assertThat(runs.size()).isEqualTo(67);
  }

  // ---- the open one

  @Test
  void a_completion_joins_the_open_run_of_its_cohort_within_the_span() {
    Run run = new Run(1_000, 7, 1, 64);
    assertThat(run.join(7, 1_063, 2)).isTrue();
    assertThat(run.join(7, 1_064, 2)).as("too late").isFalse();
    assertThat(run.join(8, 1_010, 2)).as("of another cohort").isFalse();
    assertThat(run.join(7, 990, 4)).as("counted as late as the others").isTrue();
    assertThat(run.count()).isEqualTo(7);
    assertThat(run.time()).isEqualTo(1_063);
  }

  @Test
  void a_run_is_over_when_its_span_is() {
    long base = nearTheLargest();
    Run run = new Run(base, 7, 1, 127); // 64, rounded down to a power of two
    assertThat(run.isOver(base + 63)).isFalse();
    assertThat(run.isOver(base + 64)).isTrue();
    assertThat(new Run(0, 7, 1, 1).isOver(0)).isFalse();
    assertThat(new Run(0, 7, 1, 1).isOver(1)).isTrue();
    assertThat(new Run(0, 7, 1, 0).isOver(1)).isTrue();
  }

  /** Ticks wrap. */
  private static long nearTheLargest() {
    return Long.MAX_VALUE - 10;
  }

  @Test
  void a_sealed_run_takes_no_more() {
    Run run = new Run(1_000, 7, 1, 64);
    run.join(7, 1_005, 2);
    assertThat(run.sealInto(runs, TERMS)).isEqualTo(3);
    assertThat(run.join(7, 1_006, 1)).isFalse();
    assertThat(runs.total()).isEqualTo(3);
    assertThat(runs.firstTime()).isEqualTo(1_005);
  }

  @Test
  void times_that_are_too_far_apart_to_be_exact_are_rounded_up() {
    long span = 1L << 40; // of which 31 bits are kept, so that 512 ns are one
    Run run = new Run(0, Slots.COHORT_MASK, 1, span);
    assertThat(run.join(Slots.COHORT_MASK, 1, 1)).isTrue();
    assertThat(run.time()).isEqualTo(512);
    assertThat(run.join(Slots.COHORT_MASK, 1_024, 1)).isTrue();
    assertThat(run.time()).isEqualTo(1_024);
    assertThat(run.join(Slots.COHORT_MASK, span - 1, 1)).isTrue();
    assertThat(run.time()).isEqualTo(span);
    assertThat(run.count()).isEqualTo(4);
  }
}
