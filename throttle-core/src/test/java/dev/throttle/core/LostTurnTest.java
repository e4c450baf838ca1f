package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns that were lost, came late, or came twice, each in the one moment in which it could. */
class LostTurnTest {

  private final FakeTime time = new FakeTime();
  private final ArrayDeque<Runnable> executor = new ArrayDeque<>();
  private final Buckets buckets = buckets(Runnable::run);

  private Buckets buckets(Executor executor) {
    return Buckets.builder().timeSource(time).executor(executor).build();
  }

  private static Limit limit(int permits, long periodNanos) {
    return Limit.of(permits, Duration.ofNanos(periodNanos)).withGuard(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 7})
  void a_slot_that_gets_free_between_two_looks_of_the_room_is_granted(long perLook) {
    for (long late = 0; late <= 110; late++) {
      Throttle throttle = buckets.throttle(List.of(buckets.define("b" + late, limit(1, 100))));
      throttle.acquire().complete();
      time.advance(late);
      time.passAtEachLook(perLook);
      CompletableFuture<Permit> next = throttle.acquireAsync();
      time.passAtEachLook(0);
      time.advance(1_000);
      assertThat(next).as("asked %d ns after the completion", late).isDone();
    }
  }

  @Test
  void a_slot_that_somebody_else_collects_between_two_looks_of_the_room_is_granted() {
    Bucket bucket = buckets.define("b", limit(1, 100).withMaxHold(Duration.ofNanos(800)));
    Throttle throttle = buckets.throttle("b");
    throttle.acquire();
    time.advance(2_000);
    CompletableFuture<Permit> next = throttle.acquireAsync();
    for (int i = 0; i < 1_000; i++) {
      time.advance(1);
      assertThat(bucket.inUse()).isEqualTo(1);
    }
    assertThat(next).isDone();
  }

  @Test
  void what_is_counted_within_a_short_time_rests_from_then_although_nobody_looked_meanwhile() {
    buckets.define("b", limit(2, 10_000).withCountedWithin(Duration.ofNanos(1_000)));
    Throttle throttle = buckets.throttle("b");
    throttle.acquire();
    Permit second = throttle.acquire();
    time.advance(9_000);
    second.complete();
    time.advance(2_100 - 1);
    assertThat(throttle.tryAcquire()).isNotNull();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_call_that_rests_is_not_held_up_by_one_that_ran_out_of_its_hold_later() {
    buckets.define("b", limit(2, 500).withMaxHold(Duration.ofNanos(8_000)));
    Throttle throttle = buckets.throttle("b");
    throttle.acquire(); // never completes
    Permit brief = throttle.acquire();
    time.advance(1_000);
    brief.complete(); // the first cohort ends here, and its hold at 9,000
    time.advance(7_500);
    throttle.acquire().complete();
    time.advance(550);
    assertThat(throttle.tryAcquire()).isNotNull();
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void a_call_granted_on_the_way_to_the_queue_is_cancelled_with_its_future() {
    buckets.define("b", limit(1, 100));
    Throttle throttle = buckets.throttle("b");
    for (long late = 90; late <= 100; late++) {
      CompletableFuture<String> started = new CompletableFuture<>();
      throttle.acquire().complete();
      time.advance(late);
      time.passAtEachLook(1);
      CompletableFuture<String> call = throttle.callAsync(() -> started);
      time.passAtEachLook(0);
      time.advance(100);
      call.cancel(false);
      assertThat(started).as("asked %d ns after the completion", late).isCancelled();
      time.advance(100);
    }
  }

  @Test
  void a_stale_timer_does_not_add_another_for_ever() {
    List<Runnable> stale = new ArrayList<>();
    TimeSource cancelsTooLate =
        new TimeSource() {
          @Override
          public long nanos() {
            return time.nanos();
          }

          @Override
          public Timer schedule(long delayNanos, Runnable task) {
            Timer timer = time.schedule(delayNanos, task);
            return () -> {
              timer.cancel();
              stale.add(task);
            };
          }
        };
    Buckets late = Buckets.builder().timeSource(cancelsTooLate).executor(Runnable::run).build();
    late.define("b", limit(1, 100));
    Throttle throttle = late.throttle("b");
    throttle.acquire().complete();
    throttle.acquireAsync().cancel(false);
    time.advance(100);
    throttle.acquire().complete();
    List<CompletableFuture<Permit>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(throttle.acquireAsync());
    }
    stale.forEach(Runnable::run);
    assertThat(time.pendingTimers()).isEqualTo(1);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void an_executor_that_queues_and_then_throws_frees_the_permit_once() {
    buckets.define("b", Limit.concurrent(1));
    Throttle throttle =
        buckets
            .throttle("b")
            .withExecutor(
                task -> {
                  executor.add(task);
                  throw new OutOfMemoryError("unable to create native thread");
                });
    Permit first = throttle.acquire();
    CompletableFuture<Permit> second = throttle.acquireAsync();
    first.complete();
    assertThat(second).isCompletedExceptionally();
    Objects.requireNonNull(executor.poll()).run();
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void an_executor_that_runs_and_then_throws_frees_the_permit_once() {
    buckets.define("b", Limit.concurrent(1));
    Throttle throttle =
        buckets
            .throttle("b")
            .withExecutor(
                task -> {
                  task.run();
                  throw new IllegalStateException("after the task");
                });
    Permit first = throttle.acquire();
    CompletableFuture<Permit> second = throttle.acquireAsync();
    first.complete();
    assertThat(second).isCompleted();
    assertThat(throttle.tryAcquire()).isNull();
    second.join().complete();
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void a_stage_that_cannot_be_watched_fails_the_call_and_frees_its_permit() {
    buckets.define("b", Limit.concurrent(1));
    Throttle throttle = buckets.throttle("b");
    CompletableFuture<String> call = throttle.callAsync(UnwatchableFuture::new);
    assertThat(call)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(UnsupportedOperationException.class);
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  private static final class UnwatchableFuture extends CompletableFuture<String> {
    @Override
    public CompletableFuture<String> whenComplete(
        java.util.function.BiConsumer<? super String, ? super Throwable> action) {
      throw new UnsupportedOperationException("cannot be watched");
    }
  }

  @Test
  void nobody_is_refused_for_those_before_him_who_go_to_another_bucket() {
    buckets.define("a", limit(1, 1_000));
    buckets.define("b", limit(1, 1_000_000));
    Throttle both = buckets.throttle("a", "b");
    both.acquire().complete();
    List<CompletableFuture<Permit>> before = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      before.add(both.acquireAsync());
    }
    CompletableFuture<Permit> next =
        buckets.throttle("a").withMaxWait(Duration.ofNanos(5_000)).acquireAsync();
    time.advance(1_100);
    assertThat(next).isCompleted();
    assertThat(before).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void an_insistent_call_that_costs_too_much_after_a_change_is_refused_and_blocks_nobody() {
    Bucket b = buckets.define("b", Limit.concurrent(2));
    buckets.define("a", Limit.concurrent(1));
    Throttle[] fills = {buckets.throttle("b").withCost(2), buckets.throttle("a")};
    Permit holds = fills[0].acquire();
    CompletableFuture<Permit> both = buckets.throttle("a", "b").withCost("b", 2).acquireAsync();
    for (int i = 1; TestBuckets.parkedAt(b).stream().noneMatch(line -> line.insistent); i++) {
      Permit other = fills[i % 2].acquire();
      holds.complete();
      holds = other;
    }
    CompletableFuture<Permit> behind = fills[1].acquireAsync();
    b.change(Limit.concurrent(1));
    assertThat(behind).isNotDone();
    holds.complete();
    assertThat(Asking.reasonOf(both)).isEqualTo(ThrottledException.Reason.COST);
    assertThat(behind).isCompleted();
  }
}
