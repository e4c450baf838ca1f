package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyedContenderTest {

  @ParameterizedTest
  @EnumSource(KeyedContender.class)
  @Timeout(10)
  void each_key_has_permits_of_its_own(KeyedContender contender) {
    Keyed keyed = contender.keyed(1, Duration.ofHours(1));

    assertThatCode(
            () -> {
              keyed.call("a");
              keyed.call("b");
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(KeyedContender.class)
  @Timeout(10)
  void a_key_is_found_again(KeyedContender contender) throws InterruptedException {
    Keyed keyed = contender.keyed(1_000, Duration.ofMillis(1));

    for (int i = 0; i < 100; i++) {
      keyed.call("a");
    }
  }
}
