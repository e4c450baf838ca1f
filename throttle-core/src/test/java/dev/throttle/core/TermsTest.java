package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which completions come back together, and when. */
class TermsTest {

  private static final long WINDOW = 10_240_000;
  private static final long GUARD = 50;
  private static final long SPAN = 10_000; // a 1,024th

  private final FakeTime time = new FakeTime(0, 0);
  private final Terms window =
      new Terms(
          Limit.fixedWindow(1, Duration.ofNanos(WINDOW)).withGuard(Duration.ofNanos(GUARD)), time);

  @Test
  void completions_within_a_1024th_of_the_rest_come_back_together() {
    Terms sliding =
        new Terms(Limit.of(1, Duration.ofNanos(10_240)).withGuard(Duration.ofNanos(7)), time);
    assertThat(sliding.spanFrom(3)).isEqualTo(10);
    assertThat(sliding.spanUntil(3)).isEqualTo(10);
  }

  @Test
  void completions_come_back_together_only_where_they_are_of_one_fixed_window() {
    long boundary = WINDOW - GUARD; // what is complete from here on counts in the next window too
    time.advance(boundary + 60); // when it is asked does not matter
    assertThat(window.spanFrom(boundary - 50_000)).isEqualTo(SPAN);
    assertThat(window.spanFrom(boundary - 30)).as("29 later is the last").isEqualTo(29);
    assertThat(window.spanFrom(boundary)).isEqualTo(SPAN);
    assertThat(window.spanUntil(boundary - 1)).isEqualTo(SPAN);
    assertThat(window.spanUntil(boundary)).as("nothing before").isZero();
    assertThat(window.spanUntil(boundary + 20)).isEqualTo(20);
    assertThat(window.spanUntil(boundary + 50_000)).isEqualTo(SPAN);
  }

  @Test
  void what_completes_a_guard_before_the_end_of_a_window_rests_through_the_next() {
    assertThat(window.restsFor(0, 0)).isEqualTo(WINDOW + GUARD);
    time.advance(WINDOW - GUARD);
    long now = time.nanos();
    assertThat(window.restsFor(now - 1, now)).isEqualTo(2 * GUARD);
    assertThat(window.restsFor(now, now)).isEqualTo(2 * GUARD + WINDOW);
    assertThat(window.restsFor(now - 1, now)).as("asked in no order").isEqualTo(2 * GUARD);
  }
}
