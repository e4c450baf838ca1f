package dev.throttle.core;

import static dev.throttle.annotation.Priority.HIGH;
import static dev.throttle.annotation.Priority.LOW;
import static dev.throttle.annotation.Priority.NORMAL;
import static dev.throttle.core.Asking.perNanos;
import static dev.throttle.core.Asking.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import dev.throttle.core.ThrottledException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who goes first: high before normal before low, and yet nobody never. */
class PriorityTest {

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final Asking asking = new Asking();
  private final Throttle one = asking.throttle("one", Limit.concurrent(1));

  private Throttle one(Priority priority) {
    return one.withPriority(priority);
  }

  @Test
  void high_goes_before_normal_before_low_in_whatever_order_they_came() {
    asking.ask(one, "first");
    asking.ask(2, one(LOW), "low");
    asking.ask(2, one(NORMAL), "normal");
    asking.ask(2, one(HIGH), "high");
    assertThat(asking.grantsUpTo(7))
        .containsExactly("first", "high", "high", "normal", "normal", "low", "low");
  }

  @Test
  void after_sixteen_grants_to_higher_priorities_a_lower_one_goes() {
    asking.ask(one, "first");
    asking.ask(1, one(NORMAL), "normal");
    asking.ask(40, one(HIGH), "high");
    List<String> expected = new ArrayList<>(List.of("first"));
    expected.addAll(Collections.nCopies(16, "high"));
    expected.add("normal");
    expected.addAll(Collections.nCopies(24, "high"));
    assertThat(asking.grantsUpTo(42)).isEqualTo(expected);
  }

  @Test
  void of_several_lower_priorities_each_has_its_turn_after_sixteen_passes() {
    asking.ask(one, "first");
    asking.ask(60, one(HIGH), "high");
    asking.ask(3, one(NORMAL), "normal");
    asking.ask(3, one(LOW), "low");
    asking.completeAll();
    assertThat(asking.granted).hasSize(67);
    for (String lower : List.of("normal", "low")) {
      assertThat(longestRunWithout(lower))
          .as("grants to others while one of %s waited", lower)
          .isLessThanOrEqualTo(17);
    }
  }

  /** Returns the longest run of grants to others before the last of a name. */
  private int longestRunWithout(String name) {
    int longest = 0;
    int run = 0;
    for (String granted : asking.granted.subList(1, asking.granted.lastIndexOf(name) + 1)) {
      run = granted.equals(name) ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  @Test
  void passes_are_forgotten_with_those_who_were_passed() {
    asking.ask(one, "first");
    CompletableFuture<Permit> leaves = asking.ask(one(LOW), "leaves");
    asking.ask(40, one(HIGH), "high");
    asking.grantsUpTo(1 + 15);
    leaves.cancel(false);
    asking.ask(one(LOW), "stays");
    asking.completeAll();
    assertThat(asking.granted.indexOf("stays")).isEqualTo(1 + 15 + 16);
  }

  // ---- reserve

  @Test
  void only_high_priority_takes_from_the_reserve() {
    Throttle ten = asking.throttle("ten", perNanos(10, 1_000).withReserve(25));
    for (int i = 0; i < 8; i++) {
      assertThat(ten.tryAcquire()).as("normal call %d", i).isNotNull();
    }
    assertThat(ten.tryAcquire()).isNull();
    assertThat(ten.withPriority(LOW).tryAcquire()).isNull();
    assertThat(ten.withPriority(HIGH).tryAcquire()).isNotNull();
    assertThat(ten.withPriority(HIGH).tryAcquire()).isNotNull();
    assertThat(ten.withPriority(HIGH).tryAcquire()).isNull();
  }

  @Test
  void high_priority_takes_from_the_reserve_also_while_others_wait_for_the_rest() {
    Throttle ten = asking.throttle("ten", Limit.concurrent(10).withReserve(20));
    asking.ask(9, ten, "normal");
    assertThat(asking.granted).hasSize(8);
    asking.ask(2, ten.withPriority(HIGH), "high");
    assertThat(asking.grantsTo("high")).isEqualTo(2);
    asking.completeOne();
    assertThat(asking.grantsTo("normal")).as("one of the reserve came back").isEqualTo(8);
  }

  @Test
  void high_calls_out_of_the_reserve_that_never_queue_do_not_starve_those_who_wait() {
    Throttle two = asking.throttle("two", Limit.concurrent(2).withReserve(50));
    asking.ask(two.withPriority(HIGH), "first");
    CompletableFuture<Permit> normal = asking.ask(two, "normal");
    assertThat(normal).as("one is reserved").isNotDone();
    for (int i = 0; i < 17; i++) {
      asking.ask(two.withPriority(HIGH), "high");
      asking.completeOne();
    }
    assertThat(normal).as("is due after 16 passes").isDone();
  }

  // ---- costs

  @Test
  void a_big_cost_does_not_starve_behind_small_ones_and_they_go_on_after_it() {
    Throttle five = asking.throttle("five", Limit.concurrent(5));
    asking.ask(5, five, "before");
    asking.ask(five.withCost(5), "big");
    asking.ask(10, five, "after");
    for (int i = 0; i < 4; i++) {
      asking.completeOne();
    }
    assertThat(asking.granted).as("4 of 5 are free").hasSize(5);
    asking.completeOne();
    assertThat(asking.granted).hasSize(6).endsWith("big");
    asking.completeOne();
    assertThat(asking.granted).hasSize(11).endsWith("after", "after", "after", "after", "after");
    asking.completeAll();
    assertThat(asking.granted).hasSize(16);
  }

  @Test
  void a_big_cost_does_not_starve_behind_small_ones_of_higher_priority_that_never_queue() {
    Throttle two = asking.throttle("two", Limit.concurrent(2));
    asking.ask(two.withPriority(HIGH), "high");
    CompletableFuture<Permit> big = asking.ask(two.withCost(2), "big");
    int calls = 0;
    while (!big.isDone() && calls < 1_000) {
      asking.ask(two.withPriority(HIGH), "high");
      asking.completeOne();
      calls++;
    }
    assertThat(calls).isLessThanOrEqualTo(20);
  }

  @Test
  void a_cost_that_the_limit_less_its_reserve_can_never_give_is_refused_at_once() {
    asking.buckets.define("ten", perNanos(10, 1_000).withReserve(20), 1);
    Throttle ten = asking.buckets.throttle("ten");
    assertThat(asking.ask(ten.withCost(8), "just right")).isDone();
    CompletableFuture<Permit> refused = ten.withCost(9).acquireAsync();
    assertThat(reasonOf(refused)).isEqualTo(Reason.COST);
    assertThat(Asking.refusalOf(refused))
        .hasMessage(
            "bucket 'ten' (10 per PT0.000001S) can never give 9 permits to one call, but 8 at most:"
                + " cost must not be above the limit less its reserve");
    asking.completeAll();
    CompletableFuture<Permit> waits = asking.ask(ten.withCost(10).withPriority(HIGH), "high");
    assertThat(waits).isNotDone();
    assertThat(reasonOf(ten.withCost(9).acquireAsync()))
        .as("that it can never pass matters more than that the queue is full")
        .isEqualTo(Reason.COST);
    assertThat(reasonOf(ten.withCost(11).withPriority(HIGH).acquireAsync())).isEqualTo(Reason.COST);
    asking.time.advance(1_000);
    assertThat(waits).isCompleted();
  }

  // ---- several buckets

  @Test
  void a_low_call_of_two_buckets_that_high_calls_keep_full_is_granted_in_the_end() {
    Throttle a = asking.throttle("a", Limit.concurrent(1));
    Throttle b = asking.throttle("b", Limit.concurrent(1));
    Asking atA = new Asking();
    Asking atB = new Asking();
    atA.ask(2, a.withPriority(HIGH), "a");
    atB.ask(2, b.withPriority(HIGH), "b");
    CompletableFuture<Permit> both =
        asking.ask(asking.buckets.throttle("a", "b").withPriority(LOW), "both");
    int rounds = 0;
    while (!both.isDone() && rounds++ < 2_000) {
      Asking turn = rounds % 2 == 0 ? atA : atB;
      turn.ask(rounds % 2 == 0 ? a.withPriority(HIGH) : b.withPriority(HIGH), "again");
      turn.completeOne();
    }
    assertThat(rounds).isLessThan(16 * 2 * 18);
    List<Line> insistent = new ArrayList<>(TestBuckets.parkedAt(a.buckets().get(0)));
    assertThat(insistent).allMatch(line -> !line.insistent);
  }

  @Test
  void insistent_calls_of_all_priorities_over_crossed_buckets_do_not_block_each_other() {
    Throttle[] ofOne = new Throttle[3];
    for (int i = 0; i < 3; i++) {
      ofOne[i] = asking.throttle("b" + i, Limit.concurrent(1));
      asking.ask(ofOne[i], "single");
    }
    List<CompletableFuture<Permit>> crossed = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      for (int i = 0; i < 3; i++) {
        Throttle pair = asking.buckets.throttle("b" + i, "b" + (i + 1) % 3);
        crossed.add(asking.ask(pair.withPriority(priority), "pair"));
      }
    }
    for (int round = 0; round < 3_000 && asking.grantsTo("pair") < 9; round++) {
      asking.ask(ofOne[round % 3].withPriority(HIGH), "single");
      asking.completeOne();
    }
    assertThat(crossed).allMatch(CompletableFuture::isDone);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void in_a_flood_over_a_global_and_three_endpoints_everybody_is_served(long seed) {
    Random random = new Random(seed);
    asking.buckets.define("all", perNanos(12, 1_000).withReserve(10));
    List<Throttle> endpoints = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asking.buckets.define("all/" + i, perNanos(3 + 2 * i, 1_000).withReserve(20));
      endpoints.add(asking.buckets.throttle("all", "all/" + i));
    }
    endpoints.add(asking.buckets.throttle("all"));
    List<CompletableFuture<Permit>> asked = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Priority priority = PRIORITIES.get(random.nextInt(3));
      Throttle throttle = endpoints.get(random.nextInt(4)).withPriority(priority);
      asked.add(asking.ask(throttle.withCost(1 + random.nextInt(2)), priority.name()));
    }
    int periods = 0;
    while (!asked.stream().allMatch(CompletableFuture::isDone) && periods++ < 500) {
      while (asking.held() > 0) {
        asking.completeOne();
      }
      asking.time.advance(1_000);
    }
    assertThat(asking.granted).as("with seed %d", seed).hasSize(400);
    asking.completeAll();
    asking.time.advance(2_000);
    assertThat(asking.buckets.all())
        .allMatch(bucket -> bucket.inUse() == 0 && bucket.waiting() == 0);
    assertThat(asking.time.pendingTimers()).isZero();
  }

  @Test
  void calls_of_one_priority_are_granted_in_the_order_in_which_they_came_whatever_they_cost() {
    Throttle five = asking.throttle("five", perNanos(5, 100));
    Random random = new Random(5);
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asking.ask(five.withCost(1 + random.nextInt(5)), "" + i);
      asked.add("" + i);
    }
    while (asking.granted.size() < 100) {
      Objects.checkIndex(asking.granted.size(), 101);
      asking.completeAll();
      asking.time.advance(100);
    }
    assertThat(asking.granted).isEqualTo(asked);
  }
}
