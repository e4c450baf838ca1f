package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a bucket does with the part of its limit that it has a lease of. */
class LeaseTest {

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final Bucket bucket =
      buckets.define("api", Limit.of(10, Duration.ofSeconds(1)).withGuard(Duration.ZERO));
  private final Throttle throttle = buckets.throttle("api");

  private List<CompletableFuture<Permit>> ask(int times) {
    return IntStream.range(0, times).mapToObj(i -> throttle.acquireAsync()).toList();
  }

  private static List<Permit> granted(List<CompletableFuture<Permit>> asked) {
    List<Permit> granted = new ArrayList<>();
    asked.stream().filter(CompletableFuture::isDone).forEach(one -> granted.add(one.join()));
    return granted;
  }

  @Test
  void no_more_permits_are_granted_than_leased_and_more_at_once_when_the_lease_grows() {
    bucket.lease(List.of(3));
    List<CompletableFuture<Permit>> asked = ask(6);
    assertThat(granted(asked)).hasSize(3);
    bucket.lease(List.of(5));
    assertThat(granted(asked)).hasSize(5);
    assertThat(bucket.inUse()).isEqualTo(5);
    assertThat(bucket.waiting()).isEqualTo(1);
    bucket.lease(List.of(Integer.MAX_VALUE));
    assertThat(granted(asked)).hasSize(6);
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(10);
  }

  @Test
  void a_smaller_lease_grants_nothing_before_enough_is_back() {
    bucket.lease(List.of(5));
    List<Permit> held = granted(ask(5));
    bucket.lease(List.of(2));
    assertThat(bucket.inUse()).isEqualTo(5);
    assertThat(bucket.snapshot().free()).isZero();
    CompletableFuture<Permit> next = throttle.acquireAsync();
    held.subList(0, 3).forEach(Permit::close);
    time.advance(1_000_000_000);
    assertThat(bucket.inUse()).isEqualTo(2);
    assertThat(next).isNotDone();
    held.get(3).close();
    time.advance(1_000_000_000);
    assertThat(next).isDone();
  }

  @Test
  void without_a_lease_nothing_is_granted_and_who_waits_is_told_no_time() {
    bucket.lease(List.of(0));
    assertThat(throttle.acquireAsync()).isNotDone();
    assertThat(throttle.withMaxWait(Duration.ofNanos(1)).acquireAsync())
        .as("the lease may grow at any time")
        .isNotDone();
  }

  @Test
  void a_live_change_of_the_limit_changes_no_lease_but_for_what_the_limit_has_not() {
    bucket.lease(List.of(4));
    bucket.change(Limit.of(20, Duration.ofSeconds(1)));
    assertThat(granted(ask(6))).hasSize(4);
    bucket.change(Limit.of(2, Duration.ofSeconds(1)));
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(2);
  }

  @Test
  void the_reserve_is_a_share_of_the_lease() {
    Bucket reserved =
        buckets.define("reserved", Limit.of(100, Duration.ofSeconds(1)).withReserve(50));
    reserved.lease(List.of(4));
    Throttle usual = buckets.throttle("reserved");
    for (int i = 0; i < 2; i++) {
      assertThat(usual.acquireAsync()).isDone();
    }
    assertThat(usual.acquireAsync()).isNotDone();
    assertThat(usual.withPriority(Priority.HIGH).acquireAsync()).isDone();
  }

  @Test
  void a_cost_above_the_lease_waits_and_one_above_the_limit_is_refused() {
    bucket.lease(List.of(4));
    CompletableFuture<Permit> dear = throttle.withCost("api", 7).acquireAsync();
    assertThat(dear).isNotDone();
    throttle.acquireAsync();
    assertThat(bucket.snapshot().limits().get(0).awaited()).isEqualTo(8);
    bucket.lease(List.of(7));
    assertThat(dear).isDone();
    assertThat(throttle.withCost("api", 11).acquireAsync()).isCompletedExceptionally();
  }

  @Test
  void a_lease_of_each_limit_counts() {
    Bucket two =
        buckets.define(
            "two",
            List.of(Limit.of(9, Duration.ofSeconds(1)), Limit.of(9, Duration.ofHours(1))),
            10);
    two.lease(List.of(5, 3));
    List<CompletableFuture<Permit>> asked =
        IntStream.range(0, 6).mapToObj(i -> buckets.throttle("two").acquireAsync()).toList();
    assertThat(granted(asked)).hasSize(3);
  }

  @Test
  void what_cannot_be_leased_is_refused() {
    assertThatThrownBy(() -> bucket.lease(List.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 1 limit(s), but 2 number(s) of permits were given");
    assertThatThrownBy(() -> bucket.lease(List.of(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("permits of a lease must be at least 0, but were -1.");
    Bucket drips = buckets.define("drips", Limit.tokenBucket(2, Duration.ofSeconds(1), 40));
    assertThatThrownBy(() -> drips.lease(List.of(20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bucket 'drips' (2 per PT1S, burst 40) cannot be leased");
  }
}
