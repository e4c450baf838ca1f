package dev.throttle.core;

import static dev.throttle.annotation.Priority.HIGH;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Fair turns between keys: each has its share, however much one of them asks for. */
class FairTest {

  private final Asking asking = new Asking();
  private final Throttle one = asking.throttle("one", Limit.concurrent(1));

  private Gate gate() {
    return Objects.requireNonNull(one.buckets().get(0).slots.gate);
  }

  @Test
  void the_flood_of_one_tenant_does_not_delay_the_first_call_of_another() {
    asking.ask(1_000, one.withFairKey("flood"), "flood");
    asking.grantsUpTo(500);
    asking.ask(one.withFairKey("other"), "other");
    asking.completeOne();
    asking.completeOne();
    assertThat(asking.granted).hasSize(502).contains("other");
    asking.completeAll();
    assertThat(asking.granted).hasSize(1_001);
  }

  @Test
  void equal_demand_has_equal_shares_whoever_came_first() {
    asking.ask(one, "before");
    for (String tenant : List.of("a", "b", "c")) {
      asking.ask(100, one.withFairKey(tenant), tenant);
    }
    List<String> granted = asking.grantsUpTo(1 + 30);
    for (String tenant : List.of("a", "b", "c")) {
      assertThat(granted).filteredOn(tenant::equals).as(tenant).hasSize(10);
    }
    asking.completeAll();
    assertThat(asking.granted).hasSize(301);
  }

  @Test
  void who_asks_for_less_than_his_share_leaves_the_rest_to_others() {
    asking.ask(100, one.withFairKey("much"), "much");
    asking.ask(5, one.withFairKey("little"), "little");
    asking.grantsUpTo(12);
    assertThat(asking.grantsTo("little")).isEqualTo(5);
    assertThat(asking.grantsUpTo(105)).hasSize(105);
  }

  @Test
  void costs_count_so_that_who_takes_three_at_once_has_a_third_of_the_turns() {
    Throttle three = asking.throttle("three", Limit.concurrent(3));
    asking.ask(three.withCost(3), "before");
    asking.ask(20, three.withCost(3).withFairKey("big"), "big");
    asking.ask(60, three.withFairKey("small"), "small");
    while (asking.granted.size() < 1 + 40) {
      asking.completeOne();
    }
    assertThat(asking.grantsTo("big")).isBetween(9L, 11L);
    assertThat(asking.grantsTo("small")).isBetween(29L, 31L);
  }

  @Test
  void calls_without_a_key_take_turns_as_one() {
    asking.ask(one, "before");
    asking.ask(50, one, "nobody's");
    asking.ask(10, one.withFairKey("a"), "a");
    asking.ask(10, one.withFairKey("b"), "b");
    asking.grantsUpTo(1 + 15);
    assertThat(asking.grantsTo("nobody's")).isEqualTo(5);
    assertThat(asking.grantsTo("a")).isEqualTo(5);
    assertThat(asking.grantsTo("b")).isEqualTo(5);
  }

  @Test
  void without_any_key_it_is_first_come_first_served_over_all_throttles() {
    Throttle both = asking.buckets.throttle(List.of(one.buckets().get(0), other()));
    asking.ask(one, "0");
    for (int i = 1; i < 20; i++) {
      asking.ask(i % 2 == 0 ? one : both, "" + i);
    }
    asking.completeAll();
    assertThat(asking.granted).isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)));
  }

  private Bucket other() {
    return asking.buckets.define("other", Limit.concurrent(100));
  }

  private static int number(String name) {
    return Integer.parseInt(name);
  }

  @Test
  void the_second_call_of_a_key_does_not_starve_behind_the_first_ones_of_ever_new_keys() {
    asking.ask(one, "before");
    asking.ask(3, one.withFairKey("thrice"), "thrice");
    for (int i = 0; i < 100; i++) {
      asking.ask(one.withFairKey(i), "once");
      asking.completeOne();
    }
    assertThat(asking.grantsTo("thrice")).isEqualTo(3);
    asking.completeAll();
    assertThat(asking.granted).hasSize(104);
  }

  // ---- several gates

  @Test
  void a_key_has_its_turn_at_each_of_several_buckets() {
    asking.throttle("endpoint", Limit.concurrent(1));
    Throttle both = asking.buckets.throttle("one", "endpoint");
    asking.ask(one, "before");
    asking.ask(100, both.withFairKey("flood"), "flood");
    asking.ask(100, one.withFairKey("flood"), "flood");
    asking.ask(5, both.withFairKey("other"), "other");
    asking.grantsUpTo(1 + 11);
    assertThat(asking.grantsTo("other")).isEqualTo(5);
    asking.completeAll();
    assertThat(asking.granted).hasSize(206);
  }

  @Test
  void calls_of_one_key_through_different_throttles_share_its_turns() {
    Throttle both = asking.buckets.throttle(List.of(one.buckets().get(0), other()));
    asking.ask(one, "before");
    asking.ask(50, one.withFairKey("a"), "a");
    asking.ask(50, both.withFairKey("a"), "a");
    asking.ask(50, one.withFairKey("b"), "b");
    asking.grantsUpTo(1 + 40);
    assertThat(asking.grantsTo("a")).isBetween(19L, 21L);
  }

  // ---- with priorities

  @Test
  void fairness_holds_within_each_priority_whatever_the_others_do() {
    Throttle four = asking.throttle("four", Limit.concurrent(4));
    asking.ask(four.withCost(4), "before");
    asking.ask(200, four.withCost(4).withFairKey("big"), "big");
    asking.ask(400, four.withFairKey("small"), "small");
    asking.ask(2_000, four.withPriority(HIGH).withFairKey("screen"), "high");
    while (asking.grantsTo("big") + asking.grantsTo("small") < 50) {
      asking.completeOne();
    }
    assertThat(asking.grantsTo("big")).as("4 permits each").isBetween(9L, 11L);
    assertThat(asking.grantsTo("small")).as("1 permit each").isBetween(39L, 41L);
  }

  @Test
  void what_a_key_takes_at_high_priority_does_not_cost_its_turns_at_another() {
    asking.ask(one, "before");
    asking.ask(32, one.withPriority(HIGH).withFairKey("a"), "a at high");
    asking.ask(10, one.withFairKey("b"), "b");
    asking.ask(10, one.withFairKey("a"), "a");
    asking.grantsUpTo(1 + 32 + 12);
    assertThat(asking.grantsTo("a")).isBetween(5L, 7L);
  }

  @Test
  void a_newcomer_at_one_priority_does_not_come_behind_the_turns_of_another() {
    asking.ask(one, "before");
    asking.ask(30, one.withFairKey("a"), "a");
    asking.ask(10, one.withPriority(HIGH).withFairKey("screen"), "high");
    asking.grantsUpTo(1 + 10);
    asking.ask(one.withFairKey("b"), "b");
    asking.grantsUpTo(1 + 10 + 2);
    assertThat(asking.granted).contains("b");
  }

  // ---- memory

  @Test
  void turns_are_forgotten_when_nobody_waits() {
    asking.ask(10, one.withFairKey("a"), "a");
    asking.ask(10, one.withFairKey("b"), "b");
    asking.grantsUpTo(10);
    assertThat(gate().turnsKept()).isEqualTo(2);
    asking.completeAll();
    assertThat(gate().turnsKept()).isZero();
  }

  @Test
  void turns_are_forgotten_also_if_the_last_who_waited_insisted() {
    Throttle other = asking.throttle("other", Limit.concurrent(1));
    Throttle both = asking.buckets.throttle("one", "other").withFairKey("insists");
    Asking atOne = new Asking();
    Asking atOther = new Asking();
    atOne.ask(2, one.withFairKey("a"), "a");
    atOther.ask(2, other.withFairKey("b"), "b");
    CompletableFuture<Permit> insists = asking.ask(both, "insists");
    for (int round = 0; round < 100 && !insists.isDone(); round++) {
      Asking turn = round % 2 == 0 ? atOne : atOther;
      turn.ask((round % 2 == 0 ? one : other).withFairKey("again"), "again");
      turn.completeOne();
    }
    assertThat(insists).isDone();
    asking.completeAll();
    atOne.completeAll();
    atOther.completeAll();
    assertThat(gate().turnsKept()).isZero();
  }

  @Test
  void turns_of_keys_that_are_past_are_forgotten_also_while_somebody_waits_all_the_time() {
    asking.ask(2, one.withFairKey("first"), "first");
    for (int i = 0; i < 10_000; i++) {
      asking.ask(one.withFairKey(i), "next");
      asking.completeOne();
    }
    assertThat(one.buckets().get(0).waiting()).isEqualTo(1);
    assertThat(gate().turnsKept()).isLessThan(300);
  }

  @Test
  void lines_are_forgotten_when_nobody_waits_in_them() {
    Permit held = one.acquire();
    for (int i = 0; i < 100; i++) {
      one.withFairKey(i).acquireAsync().cancel(false);
    }
    CompletableFuture<Permit> waits = one.withFairKey("waits").acquireAsync();
    held.complete();
    waits.join().complete();
    assertThat(one.route.lines).isEmpty();
  }

  @Test
  void nobody_leaves_an_empty_line_behind_who_was_refused_or_granted_at_once_or_only_asked() {
    Permit held = one.acquire();
    CompletableFuture<Permit> big = asking.throttle("big", Limit.concurrent(3)).acquireAsync();
    for (int i = 0; i < 100; i++) {
      one.withFairKey(i).predict();
      one.withFairKey(i).withMaxWait(Duration.ZERO).acquireAsync();
    }
    Throttle three = asking.buckets.throttle("big");
    asking.ask(three.withCost(3), "waits");
    three.withPriority(HIGH).withFairKey("at once").acquireAsync();
    assertThat(one.route.lines).isEmpty();
    assertThat(three.route.lines).isEmpty();
    held.complete();
    big.join().complete();
  }

  @Test
  void the_turns_of_a_flood_are_not_forgotten_however_many_other_keys_come() {
    Turns turns = new Turns();
    turns.granted("flood", 0, 1_000, 999);
    long after = turns.of("flood");
    for (int i = 0; i < 1_000; i++) {
      turns.granted(i, turns.of(i), 1, 999);
    }
    assertThat(turns.of("flood")).isEqualTo(after).isGreaterThan(turns.of("newcomer"));
  }
}
