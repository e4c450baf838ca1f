package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.throttle.core.ThrottledException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThrottleTest {

  private final FakeTime time = new FakeTime();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Buckets buckets = Buckets.builder().timeSource(time).executor(tasks::add).build();

  private Throttle throttle(String name, Limit limit) {
    buckets.define(name, limit);
    return buckets.throttle(name);
  }

  private static Limit perNanos(int permits, long period) {
    return Limit.of(permits, Duration.ofNanos(period)).withGuard(Duration.ZERO);
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static ThrottledException refusalOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return (ThrottledException) Objects.requireNonNull(future.handle((v, e) -> e).join());
  }

  // ---- exactly when

  @Test
  void a_slot_comes_back_one_period_and_guard_after_completion_and_not_a_nanosecond_before() {
    Throttle throttle =
        throttle("b", Limit.of(1, Duration.ofNanos(500)).withGuard(Duration.ofNanos(7)));
    Permit permit = throttle.acquire();
    time.advance(10_000);
    permit.complete();
    time.advance(506);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_limit_of_concurrency_has_its_slot_back_at_completion_whatever_the_guard() {
    Throttle throttle = throttle("b", Limit.concurrent(1).withGuard(Duration.ofHours(1)));
    Permit permit = throttle.acquire();
    assertThat(throttle.tryAcquire()).isNull();
    permit.complete();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void what_is_given_back_is_free_at_once() {
    Throttle throttle = throttle("b", perNanos(1, 500));
    throttle.acquire().giveBack();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void counted_within_frees_a_slot_one_period_after_the_grant_and_that_time_or_completion() {
    Throttle throttle = throttle("b", perNanos(1, 500).withCountedWithin(Duration.ofNanos(100)));
    throttle.acquire();
    time.advance(599);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(1);
    Permit second = Objects.requireNonNull(throttle.tryAcquire());
    time.advance(40);
    second.complete();
    time.advance(499);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_call_that_starts_long_after_its_grant_is_counted_from_its_start() {
    Throttle throttle = throttle("b", perNanos(1, 500).withCountedWithin(Duration.ofNanos(100)));
    throttle.acquire().complete();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    time.advance(500);
    time.advance(90); // the executor has its task and is busy
    runTasks();
    assertThat(waiting).isCompleted();
    time.advance(599);
    assertThat(throttle.tryAcquire()).isNull();
    time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_call_that_starts_after_its_hold_was_over_waits_for_another_permit() {
    Throttle throttle = throttle("b", perNanos(1, 500).withCountedWithin(Duration.ofNanos(100)));
    throttle.acquire().complete();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    time.advance(500);
    time.advance(350); // more than the hold, less than the rest
    runTasks();
    assertThat(waiting).isNotDone();
    time.advance(250);
    runTasks();
    assertThat(waiting).isCompleted();
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void a_wait_that_begins_anew_is_told_of_as_long_as_it_is_since_the_call_asked() {
    List<Long> waited = new ArrayList<>();
    buckets.listen(
        new ThrottleListener() {
          @Override
          public void granted(Throttle throttle, Duration time) {
            waited.add(time.toNanos());
          }
        });
    Throttle throttle = throttle("b", perNanos(1, 500).withCountedWithin(Duration.ofNanos(100)));
    throttle.acquire().complete();
    throttle.acquireAsync();
    time.advance(500);
    time.advance(350);
    runTasks();
    time.advance(250);
    assertThat(waited).containsExactly(0L, 500L, 1_100L);
  }

  @Test
  void a_call_beyond_max_hold_is_warned_of_once_and_its_late_end_changes_nothing() {
    List<Integer> warned = new ArrayList<>();
    ThrottleListener listener =
        new ThrottleListener() {
          @Override
          public void heldTooLong(Bucket bucket, int permits) {
            warned.add(permits);
          }
        };
    Slots slots =
        TestBuckets.slots(perNanos(2, 100).withMaxHold(Duration.ofNanos(800)), time, listener);
    int cohort = slots.tryTake(2, false);
    time.advance(100);
    assertThat(slots.inUse()).isEqualTo(2);
    time.advance(799);
    assertThat(slots.inUse()).isEqualTo(2);
    time.advance(1);
    assertThat(slots.inUse()).isEqualTo(2);
    time.advance(0);
    assertThat(warned).containsExactly(2);
    time.advance(100);
    assertThat(slots.inUse()).isZero();
    slots.complete(cohort, 2);
    slots.giveBack(cohort, 2);
    assertThat(slots.inUse()).isZero();
    assertThat(warned).containsExactly(2);
  }

  @Test
  void the_largest_limits_and_costs_do_not_overflow() {
    Limit largest =
        Limit.of(Integer.MAX_VALUE, Duration.ofDays(36_499))
            .withGuard(Duration.ZERO)
            .withMaxHold(Duration.ofDays(36_499));
    Throttle throttle = throttle("b", largest).withCost(Integer.MAX_VALUE);
    throttle.acquire().complete();
    assertThat(throttle.buckets().get(0).inUse()).isEqualTo(Integer.MAX_VALUE);
    CompletableFuture<Permit> next = throttle.acquireAsync();
    ThrottledException refused =
        refusalOf(throttle.withMaxWait(Duration.ofDays(36_499)).acquireAsync());
    assertThat(refused.predictedWait()).isEqualTo(Duration.ofDays(72_998));
    time.advance(Duration.ofDays(36_499).toNanos() - 1);
    assertThat(tasks).isEmpty();
    time.advance(1);
    runTasks();
    assertThat(next).isCompleted();
  }

  // ---- waiting and refusing

  @Test
  void a_wait_that_is_surely_too_long_is_refused_at_once_with_numbers() {
    Throttle throttle = throttle("b", Limit.of(1, Duration.ofSeconds(10)).withGuard(Duration.ZERO));
    throttle.acquire().complete();
    CompletableFuture<Permit> before = throttle.acquireAsync();
    Throttle hurried = throttle.withMaxWait(Duration.ofSeconds(15));
    ThrottledException refused = catchThrowableOfType(ThrottledException.class, hurried::acquire);
    assertThat(refused)
        .hasMessage(
            "bucket 'b' (1 per PT10S) is full: next permit in 20 s, but maxWait is 15 s;"
                + " 1 call waits before this one");
    assertThat(refused.reason()).isEqualTo(Reason.MAX_WAIT);
    assertThat(refused.bucket()).isEqualTo("b");
    assertThat(refused.predictedWait()).isEqualTo(Duration.ofSeconds(20));
    assertThat(refused.waitingBefore()).isEqualTo(1);
    assertThat(before).isNotDone();
  }

  @Test
  void what_cannot_be_predicted_is_refused_at_the_deadline_exactly() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    throttle.acquire();
    CompletableFuture<Permit> next = throttle.withMaxWait(Duration.ofNanos(70)).acquireAsync();
    time.advance(69);
    assertThat(tasks).isEmpty();
    time.advance(1);
    runTasks();
    assertThat(refusalOf(next))
        .hasMessage(
            "bucket 'b' (1 at once) gave no permit within the maxWait of 1 ms; 0 calls wait before"
                + " this one");
    assertThat(throttle.buckets().get(0).waiting()).isZero();
  }

  @Test
  void a_permit_that_is_due_at_the_deadline_is_granted() {
    Throttle throttle = throttle("b", perNanos(1, 70));
    throttle.acquire().complete();
    CompletableFuture<Permit> next = throttle.withMaxWait(Duration.ofNanos(70)).acquireAsync();
    time.advance(70);
    runTasks();
    assertThat(next).isCompleted();
  }

  @Test
  void no_more_wait_than_the_queue_has_room_for() {
    buckets.define("b", Limit.concurrent(1), 1);
    Throttle throttle = buckets.throttle("b");
    throttle.acquire();
    CompletableFuture<Permit> first = throttle.acquireAsync();
    assertThat(refusalOf(throttle.acquireAsync()))
        .hasMessage(
            "bucket 'b' (1 at once) has no room for another waiting call: 1 call waits, and"
                + " maxQueue is 1");
    first.cancel(false);
    assertThat(throttle.acquireAsync()).isNotDone();
  }

  @Test
  void closing_refuses_those_who_wait_and_those_who_come() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    buckets.close();
    runTasks();
    String message = "bucket 'b' (1 at once) is closed: nobody can wait for it any more";
    assertThat(refusalOf(waiting)).hasMessage(message);
    assertThatThrownBy(throttle::acquire).hasMessage(message);
    held.complete();
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void after_closing_no_timer_runs() {
    Throttle throttle = throttle("b", perNanos(1, 70));
    throttle.acquire().complete();
    throttle.acquireAsync();
    buckets.close();
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void who_leaves_after_the_grant_has_his_permit() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    Waiter waiter =
        new Waiter(throttle) {
          @Override
          void ready() {}
        };
    assertThat(buckets.room.join(waiter)).isFalse();
    held.complete();
    assertThat(buckets.room.leave(waiter)).isFalse();
    assertThat(waiter.state).isEqualTo(Waiter.State.GRANTED);
    throttle.end(waiter.stamp);
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  @Timeout(60)
  void whoever_only_looks_or_passes_keeps_the_lock_from_nobody() throws InterruptedException {
    Bucket bucket = buckets.define("b", Limit.concurrent(1));
    Throttle throttle = buckets.throttle("b");
    bucket.pause(Duration.ZERO);
    bucket.change(Mode.SHADOW);
    List<Runnable> looks =
        List.of(
            bucket::snapshot,
            bucket::isIdle,
            throttle::predict,
            () -> throttle.withCost(2).tryAcquire());
    for (Runnable look : looks) {
      look.run();
      Thread other = new Thread(throttle::predict);
      other.setDaemon(true);
      other.start();
      other.join();
    }
  }

  @Test
  void a_time_source_without_timers_leaves_nobody_waiting() {
    Throttle throttle = throttle("b", perNanos(1, 70));
    throttle.acquire().complete();
    time.close();
    CompletableFuture<Permit> first = throttle.acquireAsync();
    CompletableFuture<Permit> second = throttle.withMaxWait(Duration.ofNanos(1_000)).acquireAsync();
    runTasks();
    assertThat(refusalOf(first).reason()).isEqualTo(Reason.CLOSED);
    assertThat(refusalOf(second))
        .hasCauseInstanceOf(RejectedExecutionException.class)
        .extracting(ThrottledException::reason)
        .isEqualTo(Reason.CLOSED);
    time.advance(70);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void without_timers_nobody_waits_who_is_not_to_wait_for_ever() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    CompletableFuture<Permit> first = throttle.acquireAsync();
    time.close();
    CompletableFuture<Permit> second = throttle.withMaxWait(Duration.ofNanos(1_000)).acquireAsync();
    runTasks();
    assertThat(refusalOf(second).reason()).isEqualTo(Reason.CLOSED);
    held.complete();
    runTasks();
    assertThat(first).isCompleted();
  }

  @Test
  void an_executor_that_rejects_fails_the_future_and_frees_the_permit() {
    Throttle throttle =
        throttle("b", Limit.concurrent(1))
            .withExecutor(
                task -> {
                  throw new RejectedExecutionException("no");
                });
    Permit held = throttle.acquire();
    CompletableFuture<Permit> next = throttle.acquireAsync();
    held.complete();
    assertThat(next)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(RejectedExecutionException.class);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void an_interrupt_while_waiting_refuses_and_stays_set() throws InterruptedException {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                outcome.set(throttle.acquire());
              } catch (ThrottledException e) {
                outcome.set(e.getMessage() + Thread.interrupted());
              }
            });
    thread.start();
    thread.join();
    assertThat(outcome).hasValue("interrupted while waiting for bucket 'b' (1 at once)true");
    assertThat(throttle.buckets().get(0).waiting()).isZero();
    held.complete();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void an_interrupt_before_a_free_permit_changes_nothing() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Thread.currentThread().interrupt();
    Permit permit = throttle.acquire();
    assertThat(Thread.interrupted()).isTrue();
    permit.complete();
  }

  // ---- calls

  @Test
  void an_error_thrown_by_a_call_frees_its_permit() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    AssertionError error = new AssertionError("thrown");
    assertThatThrownBy(
            () ->
                throttle.call(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    assertThat(
            throttle.callAsync(
                () -> {
                  throw error;
                }))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCause(error);
    assertThat(throttle.callAsync(() -> null))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .withMessage("the stage returned by an asynchronous call must not be null.");
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void a_call_cancelled_before_its_grant_never_starts_and_costs_nothing() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    List<String> started = new ArrayList<>();
    CompletableFuture<String> first = throttle.callAsync(() -> start(started, "first"));
    CompletableFuture<String> second = throttle.callAsync(() -> start(started, "second"));
    first.cancel(false);
    held.complete();
    runTasks();
    assertThat(started).containsExactly("second");
    assertThat(second).isCompleted();
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  @Test
  void a_call_cancelled_between_grant_and_start_never_starts_and_gives_its_permit_on() {
    Throttle throttle = throttle("b", Limit.of(1, Duration.ofDays(1)));
    Permit held = throttle.acquire();
    List<String> started = new ArrayList<>();
    CompletableFuture<String> first = throttle.callAsync(() -> start(started, "first"));
    throttle.callAsync(() -> start(started, "second"));
    held.giveBack();
    first.complete("by its holder");
    runTasks();
    assertThat(started).containsExactly("second");
  }

  @Test
  void a_call_cancelled_after_its_start_cancels_its_stage() {
    Throttle throttle = throttle("b", Limit.concurrent(1));
    CompletableFuture<String> stage = new CompletableFuture<>();
    throttle.callAsync(() -> stage).cancel(false);
    assertThat(stage).isCancelled();
    assertThat(throttle.buckets().get(0).inUse()).isZero();
  }

  private static CompletableFuture<String> start(List<String> started, String name) {
    started.add(name);
    return CompletableFuture.completedFuture(name);
  }

  // ---- many buckets, many calls

  @Test
  void five_buckets_are_taken_at_one_instant_or_not_at_all() {
    String[] names = {"a", "b", "c", "d", "e"};
    for (String name : names) {
      buckets.define(name, Limit.concurrent(1));
    }
    Throttle all = buckets.throttle(names);
    Permit last = buckets.throttle("e").acquire();
    assertThat(all.tryAcquire()).isNull();
    CompletableFuture<Permit> waiting = all.acquireAsync();
    assertThat(buckets.bucket("a").inUse()).isZero();
    last.complete();
    runTasks();
    assertThat(buckets.all()).allMatch(bucket -> bucket.inUse() == 1);
    waiting.join().complete();
    assertThat(buckets.all()).allMatch(bucket -> bucket.inUse() == 0);
    long stamp = all.begin();
    all.end(stamp);
    assertThatThrownBy(() -> all.end(stamp))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("stamp \\d+ is not in use: it was ended or given back before.");
  }

  @Test
  void calls_that_start_in_the_thread_that_frees_their_permit_start_one_after_another() {
    Buckets direct = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    direct.define("b", Limit.concurrent(1));
    Throttle throttle = direct.throttle("b");
    Permit first = throttle.acquire();
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      calls.add(throttle.callAsync(() -> done));
    }
    first.complete();
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(direct.bucket("b").inUse()).isZero();
  }

  @Test
  void a_call_of_two_buckets_that_are_never_free_together_has_its_turn_in_the_end() {
    Throttle a = throttle("a", Limit.concurrent(1));
    Throttle b = throttle("b", Limit.concurrent(1));
    ArrayDeque<CompletableFuture<Permit>> atA = new ArrayDeque<>(List.of(a.acquireAsync()));
    ArrayDeque<CompletableFuture<Permit>> atB = new ArrayDeque<>(List.of(b.acquireAsync()));
    CompletableFuture<Permit> both = buckets.throttle("a", "b").acquireAsync();
    int rounds = 0;
    while (!both.isDone() && rounds < 1_000) {
      atA.add(a.acquireAsync());
      atB.add(b.acquireAsync());
      ArrayDeque<CompletableFuture<Permit>> turn = rounds++ % 2 == 0 ? atA : atB;
      if (turn.getFirst().isDone()) {
        turn.removeFirst().join().complete();
      }
      runTasks();
    }
    assertThat(rounds).isLessThan(40);
  }

  @Test
  void resting_slots_are_remembered_in_about_a_thousand_runs() {
    Runs runs = new Runs();
    Terms terms = new Terms(perNanos(1, 1_000_000), time);
    for (int i = 0; i < 1_000_000; i++) {
      runs.add(i, i, 1, terms);
    }
    assertThat(runs.size()).isLessThanOrEqualTo(1_025);
    int count = 0;
    while (!runs.isEmpty()) {
      count += runs.removeFirst();
    }
    assertThat(count).isEqualTo(1_000_000);
  }

  @Test
  void runs_beyond_the_most_join_the_last_and_lose_nothing() {
    Runs runs = new Runs();
    Terms terms = new Terms(perNanos(1, 1_000), time);
    for (int i = 0; i < 10_000; i++) {
      runs.add(i, i, 1, terms);
    }
    assertThat(runs.size()).isEqualTo(1_536);
    assertThat(runs.timeOf(10_000)).isEqualTo(9_999);
    assertThat(runs.count(1_535)).isEqualTo(10_000 - 1_535);
  }

  @Test
  @Timeout(120)
  void two_hundred_thousand_wait_without_a_thread_and_half_of_them_leave() {
    buckets.define("b", perNanos(100, 500), 200_000);
    Throttle throttle = buckets.throttle("b");
    throttle.withCost(100).acquire().complete();
    int threads = Thread.activeCount();
    List<CompletableFuture<Permit>> waiting = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      waiting.add(throttle.acquireAsync());
    }
    assertThat(throttle.buckets().get(0).waiting()).isEqualTo(200_000);
    assertThat(time.pendingTimers()).isEqualTo(1);
    for (int i = 0; i < 200_000; i += 2) {
      waiting.get(i).cancel(false);
    }
    assertThat(throttle.buckets().get(0).waiting()).isEqualTo(100_000);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
    for (int turn = 0; turn < 1_000; turn++) {
      time.advance(500);
      runTasks();
      for (int i = turn * 200 + 1; i < (turn + 1) * 200; i += 2) {
        waiting.get(i).join().complete();
      }
    }
    time.advance(500);
    assertThat(throttle.buckets().get(0).inUse()).isZero();
    assertThat(time.pendingTimers()).isZero();
  }
}
