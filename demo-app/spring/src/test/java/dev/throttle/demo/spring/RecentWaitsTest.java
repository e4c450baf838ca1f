package dev.throttle.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentWaitsTest {

  @Test
  void notExceededBy_isOfEachBucketThatTheCallsPassed() {
    Buckets buckets = Buckets.create();
    buckets.define("all", Limit.of(100, Duration.ofSeconds(1)));
    buckets.define("some", Limit.of(100, Duration.ofSeconds(1)));
    RecentWaits waits = new RecentWaits();
    Throttle both = buckets.throttle("all", "some");
    Throttle one = buckets.throttle("all");

    for (int i = 1; i <= 50; i++) {
      waits.granted(both, Duration.ofMillis(i));
      waits.granted(one, Duration.ofMillis(100 + i));
    }

    assertThat(waits.notExceededBy(0.5, "all")).isEqualTo(Duration.ofMillis(50));
    assertThat(waits.notExceededBy(0.99, "all")).isEqualTo(Duration.ofMillis(149));
    assertThat(waits.notExceededBy(1, "some")).isEqualTo(Duration.ofMillis(50));
    assertThat(waits.notExceededBy(0.5, "none")).isEqualTo(Duration.ZERO);
  }
}
