package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal;
import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of {@code RateLimit} and {@code RateLimit-Policy}, and how both are joined. */
class StructuredSignalTest {

  private static final Quota HALF =
      Quota.left(50).of(100).per(Duration.ofMinutes(1)).resetIn(Duration.ofSeconds(30));

  private final SignalReader reader = SignalReader.create();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RateLimit: \"a\";r=50;t=30",
        "RateLimit:   \"a\"; r=50;  t=30  ",
        "RateLimit: \"a\";t=30;r=50;acme-burst;note=\"x, y;z=1\";pk=:YQ==:",
        "RateLimit: \"a\";r=1;r=50;t=30", // the last of a name counts
        "RateLimit: a;r=50;t=30", // a token
        "RateLimit: limit=100, remaining=50, reset=30",
        "RateLimit: limit=100,remaining=50,\treset=30;q=1",
        "RateLimit: limit=100\nRateLimit: remaining=50\nRateLimit: reset=30",
        "RateLimit-Remaining: 50\nRateLimit-Limit: 100\nRateLimit-Reset: 30",
        "RateLimit-Remaining: 50\nRateLimit-Limit: 100;w=60\nRateLimit-Reset: 30",
        "RateLimit-Remaining: 50\nRateLimit-Limit: 100, 10;w=1, 100;w=60\nRateLimit-Reset: 30",
      })
  void is_read_however_it_is_written(String lines) {
    String policies = "\nRateLimit-Policy: 10;w=1, \"b\";q=7;w=1, \"a\";q=100;w=60, 100;w=60";
    assertThat(read(lines + policies)).isEqualTo(new Signal(false, null, List.of(HALF)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RateLimit: ",
        "RateLimit: \"a\"",
        "RateLimit: \"a\";r",
        "RateLimit: \"a\";r=-1",
        "RateLimit: \"a\";r=1.5",
        "RateLimit: \"a\";r=\"5\"",
        "RateLimit: \"a\";r=5;t=-1",
        "RateLimit: \"a\";r=5;t=x",
        "RateLimit: \"a\";R=5",
        "RateLimit: \"a;r=5",
        "RateLimit: \"\u00e4\";r=5",
        "RateLimit: \"a\";r=5,",
        "RateLimit: \"a\";r=5 \"b\";r=5",
        "RateLimit: \"a\";r=5, \"b\"",
        "RateLimit: 5;r=5",
        "RateLimit: ?1;r=5",
        "RateLimit: (\"a\" \"b\");r=5",
        "RateLimit: ((((((((((\"a\";r=5))))))))))",
        "RateLimit: \"a\";r=9999999999999999",
        "RateLimit: limit=100, remaining=",
        "RateLimit: limit=100, remaining=-5, reset=3",
        "RateLimit: limit=100, remaining=5, reset=soon",
        "RateLimit: Remaining=5",
        "RateLimit: \"remaining=\";r=5",
        "RateLimit: 50",
        "RateLimit-Policy: \"a\";q=100;w=60",
        "RateLimit-Limit: 100, 100;w=60",
        "RateLimit-Remaining: 5;w=1",
        "RateLimit-Remaining: 5\nRateLimit-Limit: ",
        "RateLimit-Remaining: 5\nRateLimit-Limit: many",
        "RateLimit-Remaining: 5\nRateLimit-Limit: -100",
      })
  void malformed_says_nothing_and_takes_nothing_along(String lines) {
    assertThat(read(lines).isNothing()).isTrue();
    assertThat(read(lines + "\nX-RateLimit-Remaining: 9"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(9))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"b\";q=100;w=60",
        "\"a\"",
        "\"a\";q=-1;w=60",
        "\"a\";q=100;w=0",
        "\"a\";q=100;w=1.5",
        "\"a\";q=100, \"b\"",
        "(\"a\");q=100",
        "100;w=60",
        "\"a",
        "",
      })
  void without_its_policy_it_says_what_is_left(String policy) {
    assertThat(read("RateLimit: \"a\";r=50;t=30\nRateLimit-Policy: " + policy))
        .isEqualTo(
            new Signal(false, null, List.of(Quota.left(50).resetIn(Duration.ofSeconds(30)))));
  }

  @Test
  void a_policy_of_no_requests_is_one_whose_size_is_unknown() {
    assertThat(read("RateLimit: \"a\";r=0\nRateLimit-Policy: \"a\";q=0;w=60"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(0).per(Duration.ofMinutes(1)))));
  }

  @Test
  void the_same_quota_of_two_partitions_is_one() {
    assertThat(read("RateLimit: \"a\";r=5;pk=:YQ==:, \"a\";r=5;pk=:Yg==:, \"a\";r=6"))
        .isEqualTo(new Signal(false, null, List.of(Quota.left(5), Quota.left(6))));
  }

  private Signal read(String lines) {
    return reader.read(200, HeaderLines.of(lines));
  }
}
