package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** For how long an answer counts. */
class OthersTest {

  private static final long PERIOD = 1_010; // with the guard

  private final Terms terms = terms(1_000);
  private final Others others = new Others();

  private static Terms terms(long periodNanos) {
    return new Terms(
        Limit.of(100, Duration.ofNanos(periodNanos)).withGuard(Duration.ofNanos(10)),
        new FakeTime());
  }

  private void told(int out, long now) {
    others.told(out - others.slots(), out, false, terms, now, Nanos.FOR_EVER);
  }

  @Test
  void others_are_about_for_four_periods_after_they_were_seen() {
    others.told(0, 0, true, terms, 7, Nanos.FOR_EVER);
    assertThat(others.areAbout(7 + 4 * PERIOD - 1)).isTrue();
    assertThat(others.areAbout(7 + 4 * PERIOD)).isFalse();
  }

  @Test
  void an_answer_that_shows_no_others_does_not_keep_them_about() {
    told(0, 7);
    assertThat(others.areAbout(7)).isFalse();
    told(1, 8);
    assertThat(others.areAbout(8)).as("one slot is out of use").isTrue();
  }

  @Test
  void answers_take_as_long_as_the_slowest_which_is_forgotten_bit_by_bit() {
    assertThat(others.slowest(1_600)).isEqualTo(1_600);
    assertThat(others.slowest(100)).isEqualTo(1_500);
    assertThat(others.slowest(100)).isEqualTo(1_407);
    assertThat(others.slowest(1_450)).isEqualTo(1_450);
  }

  // ---- answers that overtake each other

  @Test
  void of_the_answers_since_a_call_was_sent_the_one_that_has_most_out_of_use_counts() {
    others.slowest(1_000);
    told(9, 10);
    told(3, 20);
    told(7, 30);
    assertThat(others.atLeastOut(0, 5)).as("more than are out of use now").isEqualTo(7);
    assertThat(others.atLeastOut(0, 10)).isEqualTo(7);
    assertThat(others.atLeastOut(0, 29)).isEqualTo(7);
    assertThat(others.atLeastOut(0, 30)).as("none is later").isZero();
    assertThat(others.atLeastOut(8, 5)).isEqualTo(8);
    told(9, 40);
    told(2, 50);
    others.told(5, 2, false, terms, 50, Nanos.FOR_EVER);
    assertThat(others.atLeastOut(0, 39)).isEqualTo(7);
    assertThat(others.atLeastOut(0, 40)).isEqualTo(2);
  }

  @Test
  void an_answer_counts_for_as_long_as_answers_take() {
    others.slowest(10);
    told(7, 100);
    others.told(0, 3, false, terms, 110, Nanos.FOR_EVER);
    assertThat(others.atLeastOut(0, 99)).isEqualTo(7);
    others.told(0, 2, false, terms, 111, Nanos.FOR_EVER);
    assertThat(others.atLeastOut(0, 99)).isEqualTo(3);
  }

  @Test
  void of_more_answers_than_are_remembered_none_is_believed_too_early() {
    others.slowest(1_000);
    for (int i = 0; i < 70; i++) {
      others.told(i == 0 ? 100 : 0, 100 - i, false, terms, i, Nanos.FOR_EVER);
    }
    for (int sent = 0; sent < 69; sent++) {
      assertThat(others.atLeastOut(0, sent)).isGreaterThanOrEqualTo(100 - (sent + 1));
    }
    assertThat(others.atLeastOut(0, 69)).isZero();
  }

  // ---- other terms

  @Test
  void slots_are_tried_again_after_the_shorter_of_both_periods() {
    told(5, 5_000_000);
    others.changed(terms(5_000), 0, 5_000_000);
    assertThat(others.forgetIn(5_000_000)).isEqualTo(PERIOD);
    others.changed(terms(300), 0, 5_000_100);
    assertThat(others.forgetIn(5_000_100)).isEqualTo(310);
  }
}
