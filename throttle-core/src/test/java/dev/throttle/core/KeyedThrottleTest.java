package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyedThrottleTest {

  private static final Limit LIMIT = Limit.of(5, Duration.ofSeconds(1));

  private final Buckets buckets = Buckets.create();

  @BeforeEach
  void define() {
    buckets.define("all", Limit.of(10, Duration.ofSeconds(1)));
    buckets.defineKeyed("shop", LIMIT);
    buckets.defineKeyed("tenant", LIMIT);
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

  // ---- the throttle of a key is remembered

  @Test
  void a_key_that_is_asked_for_often_has_one_throttle() {
    KeyedThrottle keyed = buckets.keyedThrottle("all", "shop", "tenant");
    keyed.of("a");
    keyed.of("a");
    Throttle ofEach = keyed.ofEach(List.of("a", 7));
    assertThat(keyed.ofEach(List.of("a", 7))).isSameAs(ofEach);
    assertThat(keyed.ofEach(List.of("a", "7"))).isNotSameAs(ofEach);
    assertThat(keyed.ofEach(List.of("b", 7))).isNotSameAs(ofEach);
  }

  @Test
  void each_of_many_keys_has_the_throttle_of_its_own_bucket() {
    KeyedThrottle keyed = buckets.keyedThrottle("all", "shop");
    for (int round = 0; round < 3; round++) {
      for (int key = 0; key < 1_000; key++) {
        assertThat(keyed.of(key).buckets().get(1)).isSameAs(buckets.keyed("shop").bucket(key));
      }
    }
  }

  @Test
  void a_remembered_throttle_does_not_bring_back_a_key_for_which_there_is_no_room() {
    buckets.defineKeyed("few", List.of(LIMIT), key -> List.of(LIMIT), 1, 10);
    KeyedThrottle keyed = buckets.keyedThrottle("few");
    for (int i = 0; i < 3; i++) {
      keyed.of("a");
    }
    keyed.of("b").acquire();
    assertThatThrownBy(() -> keyed.of("a"))
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("maxKeys is 1");
  }
}
