package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.AbstractList;
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

  @Test
  void a_lease_that_ends_amid_a_change_stays_ended() {
    Limit second = Limit.of(10, Duration.ofSeconds(1));
    Limit hour = Limit.of(10, Duration.ofHours(1));
    Bucket two = buckets.define("two", List.of(second, hour), 10);
    two.lease(List.of(10, 10));
    List<Limit> changed =
        new AbstractList<>() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public Limit get(int i) {
            two.lease(List.of(0, 0)); // as another thread may
            return i == 0 ? second.withPermits(20) : hour;
          }
        };
    two.change(changed);
    assertThat(two.limit().permits()).isEqualTo(20);
    assertThat(two.snapshot().limits()).allMatch(limit -> limit.leased() == 0);
  }

  @Test
  void a_change_of_what_was_seen_does_not_take_another_change_back() {
    List<Limit> seen = bucket.limits();
    Limit other = Limit.of(20, Duration.ofSeconds(1));
    bucket.change(other);
    assertThat(bucket.change(seen, List.of(Limit.of(30, Duration.ofSeconds(1))))).isFalse();
    assertThat(bucket.limit()).isEqualTo(other);
    assertThat(bucket.change(List.of(other), seen)).isTrue();
    assertThat(bucket.limits()).isEqualTo(seen);
  }

  @Test
  void a_lease_ends_with_the_first_look_that_finds_it_over() {
    bucket.lease(List.of(5), time.nanos() + 10);
    assertThat(throttle.tryAcquire()).isNotNull();
    time.advance(9);
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(5);
    assertThat(throttle.tryAcquire()).isNotNull();
    time.advance(1);
    assertThat(bucket.snapshot().limits().get(0).leased()).isZero();
    assertThat(throttle.tryAcquire()).isNull();
    assertThat(throttle.acquireAsync()).isNotDone();
    assertThat(bucket.inUse()).isEqualTo(2);
  }

  @Test
  void slots_that_come_back_after_the_end_of_a_lease_are_for_nobody_before_the_next() {
    bucket.lease(List.of(2), time.nanos() + 1_500_000_000);
    List<CompletableFuture<Permit>> asked = ask(5);
    Permit first = asked.get(0).join();
    Permit second = asked.get(1).join();
    first.close();
    time.advance(1_000_000_000);
    assertThat(granted(asked)).hasSize(3);
    second.close();
    time.advance(1_000_000_000);
    assertThat(bucket.inUse()).isEqualTo(1);
    assertThat(granted(asked)).hasSize(3);
    bucket.lease(List.of(2), time.nanos() + 1);
    assertThat(granted(asked)).hasSize(4);
  }

  @Test
  void a_call_that_was_refused_after_the_end_of_a_lease_is_counted() {
    bucket.lease(List.of(1), time.nanos() + 10);
    assertThat(throttle.tryAcquire()).isNotNull();
    time.advance(10);
    assertThat(throttle.tryAcquire()).isNull();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(1, 1));
  }

  @Test
  void a_live_change_of_the_limit_does_not_keep_a_lease_from_its_end() {
    bucket.lease(List.of(4), time.nanos() + 10);
    bucket.change(Limit.of(20, Duration.ofSeconds(1)));
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(4);
    time.advance(10);
    assertThat(bucket.snapshot().limits().get(0).leased()).isZero();
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void a_lease_counts_until_it_ends_or_the_next_is_told() {
    bucket.lease(List.of(5), time.nanos() + 10);
    bucket.lease(List.of(5), time.nanos() + 20);
    time.advance(15);
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(5);
    assertThat(throttle.tryAcquire()).isNotNull();
    bucket.lease(List.of(5));
    time.advance(15);
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(5);
    assertThat(throttle.tryAcquire()).as("one without an end").isNotNull();
  }

  @Test
  void the_bucket_of_a_key_is_not_leased_since_it_may_be_forgotten() {
    KeyedBuckets keyed = buckets.defineKeyed("user", Limit.of(5, Duration.ofSeconds(1)));
    assertThatThrownBy(() -> keyed.bucket("one").lease(List.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be leased")
        .hasMessageContaining("Lease one without a key");
  }

  @Test
  void who_is_late_does_not_bring_a_lease_back_that_has_ended() {
    bucket.lease(List.of(5), time.nanos() + 10);
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(5);
    time.advance(10);
    bucket.lease(List.of(5), time.nanos());
    assertThat(bucket.snapshot().limits().get(0).leased()).isZero();
  }

  @Test
  void a_leased_bucket_does_not_become_one_that_drips_but_another_may() {
    Limit drips = Limit.tokenBucket(10, Duration.ofSeconds(1), 10);
    bucket.lease(List.of(5));
    assertThatThrownBy(() -> bucket.change(drips))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bucket 'api' (10 per PT1S) cannot be leased as 10 per PT1S, burst 10, since its"
                + " permits come back one after another. Use a sliding window of the burst, and of"
                + " the time in which all of it comes back.");
    Limit month = Limit.calendar(10, Period.ofMonths(1), ZoneId.of("UTC"));
    assertThatThrownBy(() -> bucket.change(month))
        .hasMessageContaining("since windows of a calendar differ in length");
    assertThat(bucket.snapshot().limits().get(0).leased()).isEqualTo(5);
    Bucket whole = buckets.define("whole", Limit.of(10, Duration.ofSeconds(1)));
    whole.change(drips);
    assertThat(whole.limit()).isEqualTo(drips);
  }

  @Test
  void a_small_lease_is_no_reason_to_refuse() {
    bucket.lease(List.of(1));
    throttle.acquireAsync();
    Throttle quick = throttle.withMaxWait(Duration.ofMillis(10));
    List<CompletableFuture<Permit>> next =
        IntStream.range(0, 10).mapToObj(i -> quick.acquireAsync()).toList();
    assertThat(next.subList(0, 9)).as("the lease may grow").noneMatch(CompletableFuture::isDone);
    assertThat(next.get(9)).as("the limit does not").isCompletedExceptionally();
  }

  @Test
  void what_is_refused_for_want_of_leased_permits_is_counted() {
    Throttle dear = throttle.withCost("api", 3);
    bucket.lease(List.of(2));
    assertThat(dear.tryAcquire()).isNull();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(3, 3));
    assertThat(dear.withMaxWait(Duration.ZERO).acquireAsync()).isCompletedExceptionally();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(3, 3));
    CompletableFuture<Permit> patient = dear.withMaxWait(Duration.ofSeconds(1)).acquireAsync();
    time.advance(1_000_000_000);
    assertThat(patient).isCompletedExceptionally();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(3, 3));
    bucket.change(Mode.REJECT);
    assertThat(dear.acquireAsync()).isCompletedExceptionally();
    assertThat(throttle.withCost("api", 4).acquireAsync()).isCompletedExceptionally();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(7, 4));
    assertThat(bucket.takeRefusedOfLease(0)).as("told once").isEqualTo(new Bucket.Refused(0, 0));
  }

  @Test
  void what_another_limit_refuses_is_not_counted_and_nothing_is_without_a_lease() {
    Bucket full = buckets.define("full", Limit.of(1, Duration.ofSeconds(1)));
    assertThat(buckets.throttle("full").tryAcquire()).isNotNull();
    bucket.lease(List.of(1));
    assertThat(buckets.throttle("api", "full").tryAcquire()).isNull();
    assertThat(bucket.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(0, 0));
    assertThat(full.takeRefusedOfLease(0)).isEqualTo(new Bucket.Refused(0, 0));
  }

  @Test
  void what_a_lease_has_brought_since_the_call_was_sent_is_not_taken_for_others() {
    bucket.lease(List.of(2));
    Permit permit = throttle.acquire();
    Sent sent = permit.sent(); // when another process had used 8: one is left, says the provider
    bucket.lease(List.of(10)); // the other gave back what had rested
    sent.heed(new Signal(false, null, List.of(Signal.Quota.left(1))));
    assertThat(bucket.inUse()).isEqualTo(1);
  }
}
