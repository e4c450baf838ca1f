package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NanosTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "1, 1 ms",
    "1000000, 1 ms",
    "1000001, 2 ms",
    "999000000, 999 ms",
    "999000001, 1 s",
    "12345000000, 12.4 s",
    "119900000001, 120 s",
    "120000000000, 2 min",
    "120000000001, 3 min",
    "9223372036854775807, for ever",
  })
  void times_are_rounded_up_in_words(long nanos, String words) {
    assertThat(Nanos.words(nanos)).isEqualTo(words);
  }

  @Test
  void sums_and_products_saturate() {
    assertThat(Nanos.add(2, 3)).isEqualTo(5);
    assertThat(Nanos.add(Nanos.FOR_EVER, 1)).isEqualTo(Nanos.FOR_EVER);
    assertThat(Nanos.multiply(3, 5)).isEqualTo(15);
    assertThat(Nanos.multiply(1L << 32, 1L << 31)).isEqualTo(Nanos.FOR_EVER);
    assertThat(Nanos.multiply(1L << 40, 1L << 40)).isEqualTo(Nanos.FOR_EVER);
  }

  @Test
  void a_wait_too_long_to_count_is_for_ever() {
    assertThat(Nanos.wait("maxWait", Duration.ofDays(36_500)))
        .isEqualTo(3_153_600_000_000_000_000L);
    assertThat(Nanos.wait("maxWait", Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Nanos.FOR_EVER);
  }
}
