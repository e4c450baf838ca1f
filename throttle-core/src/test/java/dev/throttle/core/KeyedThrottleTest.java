package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyedThrottleTest {

  private final Buckets buckets = Buckets.create();

  @BeforeEach
  void define() {
    buckets.define("all", Limit.of(10, Duration.ofSeconds(1)));
    buckets.defineKeyed("shop", Limit.of(5, Duration.ofSeconds(1)));
    buckets.defineKeyed("tenant", Limit.of(5, Duration.ofSeconds(1)));
  }

  @Test
  void what_is_said_once_holds_for_the_throttle_of_each_key() {
    KeyedThrottle keyed =
        buckets
            .keyedThrottle("all", "shop", "tenant")
            .withCost("shop", 2)
            .withCost("tenant", 3)
            .withPriority(Priority.HIGH)
            .withMaxWait(Duration.ZERO);
    for (Object key : List.of("a", "b")) {
      Throttle of = keyed.of(key);
      assertThat(of.cost("all")).isEqualTo(1);
      assertThat(of.cost("shop")).isEqualTo(2);
      assertThat(of.cost("tenant")).isEqualTo(3);
      assertThat(of.priority()).isEqualTo(Priority.HIGH);
    }
    Throttle of = keyed.ofEach(List.of("a", 7));
    of.acquire();
    assertThat(buckets.keyed("shop").bucket("a").inUse()).isEqualTo(2);
    assertThat(buckets.keyed("tenant").bucket(7).inUse()).isEqualTo(3);
    assertThatThrownBy(of::acquire).isInstanceOf(ThrottledException.class);
  }

  @Test
  void the_one_it_is_made_of_stays_as_it_was() {
    KeyedThrottle keyed = buckets.keyedThrottle("shop");
    keyed.withCost("shop", 2);
    keyed.withPriority(Priority.LOW);
    assertThat(keyed.of("a").cost()).isEqualTo(1);
    assertThat(keyed.of("a").priority()).isEqualTo(Priority.NORMAL);
  }

  @Test
  void a_cost_must_be_at_least_one_and_of_a_bucket_that_is_passed() {
    KeyedThrottle keyed = buckets.keyedThrottle("shop");
    assertThatThrownBy(() -> keyed.withCost("shop", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cost must be at least 1, but was 0.");
    assertThatThrownBy(() -> keyed.withCost("all", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no bucket 'all' among those of this throttle of [bucket 'shop'");
  }
}
