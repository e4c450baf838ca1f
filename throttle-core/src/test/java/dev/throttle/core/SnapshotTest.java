package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a bucket looks like, and how long a call will have to wait. */
class SnapshotTest {

  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();

  @Test
  void each_limit_of_a_bucket_is_seen_and_the_scarcest_decides() {
    Bucket bucket = buckets.define("b", List.of(perNanos(3, 1_000), perNanos(4, 5_000)), 10);
    Throttle throttle = buckets.throttle("b");
    throttle.withCost(2).acquire().complete();
    Snapshot some = bucket.snapshot();
    assertThat(some.free()).isEqualTo(1);
    assertThat(some.nextPermitIn()).isZero();
    time.advance(1_000);
    throttle.withCost(2).acquire().complete();
    throttle.acquireAsync();
    Snapshot none = bucket.snapshot();
    assertThat(none)
        .isEqualTo(
            new Snapshot(
                "b",
                List.of(
                    new Snapshot.OfLimit(perNanos(3, 1_000), 3, 2, 1, 1, Duration.ZERO),
                    new Snapshot.OfLimit(perNanos(4, 5_000), 4, 4, 1, 1, Duration.ofNanos(4_000))),
                1,
                Mode.WAIT,
                Duration.ZERO));
    assertThat(none.free()).isZero();
    assertThat(none.nextPermitIn()).isEqualTo(Duration.ofNanos(4_000));
  }

  @Test
  void of_calls_that_wait_for_another_limit_one_is_awaited() {
    Bucket a = buckets.define("a", Limit.concurrent(2));
    Bucket b = buckets.define("b", Limit.concurrent(1));
    Throttle both = buckets.throttle("a", "b").withCost("a", 2);
    Permit held = buckets.throttle("b").acquire();
    List<CompletableFuture<Permit>> calls =
        List.of(both.acquireAsync(), both.acquireAsync(), both.acquireAsync());
    assertAwaited(a, 2, 2);
    assertAwaited(b, 3, 1);
    assertThat(a.waiting()).isEqualTo(3);
    CompletableFuture<Permit> onlyA = buckets.throttle("a").withCost(2).acquireAsync();
    buckets.throttle("a").acquireAsync();
    assertAwaited(a, 3, 2);
    onlyA.join().complete();
    assertAwaited(a, 2, 2);
    held.complete();
    assertThat(calls.get(0)).isNotDone();
    assertAwaited(a, 6, 2);
    assertAwaited(b, 1, 1);
    calls.forEach(call -> call.cancel(false));
    assertAwaited(a, 0, 0);
    assertAwaited(b, 0, 0);
  }

  private static void assertAwaited(Bucket bucket, long awaited, int dearest) {
    Snapshot.OfLimit state = bucket.snapshot().limits().get(0);
    assertThat(state.awaited()).isEqualTo(awaited);
    assertThat(state.dearest()).isEqualTo(dearest);
  }

  @Test
  void a_dear_call_is_forgotten_when_its_turn_is_over() {
    Bucket bucket = buckets.define("b", Limit.concurrent(5));
    Permit held = buckets.throttle("b").acquire();
    CompletableFuture<Permit> dear = buckets.throttle("b").withCost(5).acquireAsync();
    buckets.throttle("b").acquireAsync();
    assertAwaited(bucket, 6, 5);
    held.complete();
    assertThat(dear).isCompleted();
    assertAwaited(bucket, 1, 1);
  }

  @Test
  void a_pause_delays_the_next_permit_and_more_than_the_limit_may_be_in_use() {
    Bucket bucket = buckets.define("b", perNanos(4, 1_000));
    buckets.throttle("b").withCost(4).acquire().complete();
    bucket.change(perNanos(2, 1_000));
    bucket.pause(Duration.ofNanos(7_000));
    Snapshot now = bucket.snapshot();
    assertThat(now.limits().get(0).inUse()).isEqualTo(4);
    assertThat(now.free()).isZero();
    assertThat(now.pausedFor()).isEqualTo(Duration.ofNanos(7_000));
    assertThat(now.nextPermitIn()).isEqualTo(Duration.ofNanos(7_000));
    assertThat(buckets.throttle("b").predict()).isEqualTo(Duration.ofNanos(7_000));
    bucket.pause(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(bucket.snapshot().pausedFor()).isEqualTo(FOR_EVER);
  }

  @Test
  void calls_in_flight_bring_no_permit_by_time_alone_before_they_are_given_up() {
    Bucket bucket = buckets.define("b", perNanos(1, 1_000).withMaxHold(Duration.ofNanos(8_000)));
    buckets.throttle("b").acquire();
    Duration next = bucket.snapshot().nextPermitIn();
    assertThat(next).isBetween(Duration.ofNanos(9_000), Duration.ofNanos(10_000));
  }

  @Test
  void a_prediction_is_what_the_call_then_waits() {
    buckets.define("b", perNanos(2, 1_000));
    Throttle throttle = buckets.throttle("b");
    throttle.withCost(2).acquire().complete();
    time.advance(400);
    assertThat(throttle.predict()).isEqualTo(Duration.ofNanos(600));
    assertThat(throttle.predict(2)).isEqualTo(Duration.ofNanos(600));
    throttle.withCost(2).acquireAsync().thenAccept(Permit::complete);
    assertThat(throttle.predict()).isEqualTo(Duration.ofNanos(1_600));
    assertThat(throttle.withPriority(Priority.HIGH).predict()).isEqualTo(Duration.ofNanos(600));
  }

  @Test
  void what_can_never_pass_is_predicted_to_wait_for_ever() {
    buckets.define("b", perNanos(10, 1_000).withReserve(20));
    Throttle throttle = buckets.throttle("b");
    assertThat(throttle.predict(8)).isZero();
    assertThat(throttle.predict(9)).isEqualTo(FOR_EVER);
    assertThat(throttle.withPriority(Priority.HIGH).predict(10)).isZero();
    assertThat(throttle.withPriority(Priority.HIGH).predict(11)).isEqualTo(FOR_EVER);
    buckets.setEnabled(false);
    assertThat(throttle.predict(11)).isZero();
  }

  @Test
  void a_prediction_of_several_buckets_is_that_of_the_slowest_that_holds_up() {
    buckets.define("fast", perNanos(1, 100));
    Bucket slow = buckets.define("slow", perNanos(1, 9_000));
    Throttle both = buckets.throttle("fast", "slow");
    both.acquire().complete();
    assertThat(both.predict()).isEqualTo(Duration.ofNanos(9_000));
    slow.change(Mode.SHADOW);
    assertThat(both.predict()).isEqualTo(Duration.ofNanos(100));
  }
}
