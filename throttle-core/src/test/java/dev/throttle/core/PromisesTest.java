package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static dev.throttle.core.Asking.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.ThrottledException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What limiters that bind early get wrong, each as a promise of this one. */
class PromisesTest {

  private static final long SECOND = 1_000_000_000;

  private final Asking asking = new Asking();
  private final FakeTime time = asking.time;

  private static CompletableFuture<String> record(List<Long> starts, FakeTime time) {
    starts.add(time.elapsed());
    return CompletableFuture.completedFuture("");
  }

  /** Returns the most starts in any interval of so many nanoseconds, its end not included. */
  private static int mostWithin(long nanos, List<Long> starts) {
    int most = 0;
    for (long from : starts) {
      int count = 0;
      for (long at : starts) {
        count += at >= from && at < from + nanos ? 1 : 0;
      }
      most = Math.max(most, count);
    }
    return most;
  }

  // ---- nobody is blocked

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void a_wait_never_blocks_the_caller_of_a_future_however_long_it_is() {
    Throttle throttle = asking.throttle("b", Limit.of(1, Duration.ofDays(1)));
    throttle.acquire();
    Thread caller = Thread.currentThread();
    List<Thread> ranOn = new ArrayList<>();
    CompletableFuture<String> future =
        throttle.callAsync(
            () -> {
              ranOn.add(Thread.currentThread());
              return CompletableFuture.completedFuture("answer");
            });
    assertThat(future).as("returned while there is no permit for a day").isNotDone();
    asking.buckets.bucket("b").pause(Duration.ofDays(10));
    assertThat(throttle.acquireAsync()).as("returned in a pause").isNotDone();
    assertThat(ranOn).isEmpty();
    assertThat(caller.isInterrupted()).isFalse();
  }

  @Test
  void a_refusal_that_can_be_predicted_is_immediate() {
    Throttle throttle = asking.throttle("b", perNanos(10, SECOND));
    asking.ask(10, throttle, "first");
    asking.completeAll();
    asking.ask(20, throttle, "waits"); // two periods
    Throttle hurried = throttle.withMaxWait(Duration.ofMillis(2_999));
    assertThat(reasonOf(hurried.acquireAsync())).isEqualTo(Reason.MAX_WAIT);
    assertThat(time.elapsed()).isZero();
    assertThat(asking.buckets.bucket("b").waiting()).as("queued for it").isEqualTo(20);
    assertThat(throttle.withMaxWait(Duration.ofSeconds(3)).acquireAsync()).isNotDone();
  }

  // ---- who leaves costs nothing

  @Test
  void those_who_cancel_time_out_or_are_disposed_of_give_back_all_and_are_never_called() {
    ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    Throttle a = asking.throttle("a", Limit.concurrent(1));
    asking.throttle("b", Limit.concurrent(1));
    Throttle both = asking.buckets.throttle("a", "b").withExecutor(tasks::add);
    Permit held = a.acquire();
    List<Long> calls = new ArrayList<>();
    CompletableFuture<String> cancelled = both.callAsync(() -> record(calls, time));
    CompletableFuture<String> disposed = both.callAsync(() -> record(calls, time));
    CompletableFuture<String> timedOut =
        both.withMaxWait(Duration.ofNanos(50)).callAsync(() -> record(calls, time));
    CompletableFuture<String> late = both.callAsync(() -> record(calls, time));
    cancelled.cancel(true);
    disposed.completeExceptionally(new IllegalStateException("disposed of"));
    time.advance(50);
    tasks.removeFirst().run();
    assertThat(reasonOf(timedOut)).isEqualTo(Reason.MAX_WAIT);
    held.complete();
    late.cancel(true); // after its grant, before its start
    tasks.removeFirst().run();
    assertThat(tasks).isEmpty();
    assertThat(calls).isEmpty();
    for (Bucket bucket : asking.buckets.all()) {
      assertThat(bucket.inUse()).as("%s", bucket).isZero();
      assertThat(bucket.waiting()).as("%s", bucket).isZero();
    }
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void an_interrupted_thread_gives_back_all_and_its_call_is_never_made() throws Exception {
    Throttle throttle = asking.throttle("b", Limit.concurrent(1));
    Permit held = throttle.acquire();
    List<String> calls = new ArrayList<>();
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                throttle.call(() -> calls.add("made"));
              } catch (Exception e) {
                outcome.complete(e);
              }
            });
    thread.start();
    while (asking.buckets.bucket("b").waiting() == 0) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join();
    assertThat(outcome.join()).hasMessageStartingWith("interrupted while waiting");
    held.complete();
    assertThat(calls).isEmpty();
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void who_leaves_makes_nobody_wait_longer() {
    Throttle throttle = asking.throttle("b", perNanos(1, 100));
    throttle.acquire().complete();
    List<CompletableFuture<Permit>> leave = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      leave.add(throttle.acquireAsync());
    }
    CompletableFuture<Permit> stays = throttle.acquireAsync();
    leave.forEach(future -> future.cancel(false));
    time.advance(99);
    assertThat(stays).isNotDone();
    time.advance(1);
    assertThat(stays).isCompleted();
  }

  // ---- never more than N

  static Stream<Limit> limitsOfTen() {
    return Stream.of(
        perNanos(10, SECOND),
        perNanos(10, SECOND).withCountedWithin(Duration.ofNanos(1)),
        Limit.tokenBucket(10, Duration.ofSeconds(1), 10).withGuard(Duration.ZERO),
        Limit.leakyBucket(10, Duration.ofSeconds(1)).withGuard(Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource("limitsOfTen")
  void after_a_deficit_and_a_long_idle_time_no_more_than_n_start_at_once(Limit limit) {
    Throttle throttle = asking.throttle("b", limit);
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      throttle.callAsync(() -> record(starts, time));
    }
    time.advance(60 * SECOND);
    assertThat(starts).hasSize(50);
    time.advance(3_600 * SECOND);
    for (int i = 0; i < 50; i++) {
      throttle.callAsync(() -> record(starts, time));
    }
    assertThat(starts.size() - 50).isLessThanOrEqualTo(10);
  }

  @Test
  void no_interval_of_a_period_holds_more_than_n_across_boundaries_and_after_idling() {
    Throttle throttle = asking.throttle("b", perNanos(10, SECOND));
    List<Long> starts = new ArrayList<>();
    long[] pauses = {0, 1, SECOND / 2, SECOND - 1, SECOND, SECOND + 1, 10 * SECOND, 3 * SECOND / 2};
    for (int i = 0; i < 400; i++) {
      throttle.callAsync(() -> record(starts, time));
      if (i % 7 == 0) {
        time.advance(pauses[i / 7 % pauses.length]);
      }
    }
    time.advance(100 * SECOND);
    assertThat(starts).hasSize(400);
    assertThat(mostWithin(SECOND, starts)).isEqualTo(10);
  }

  @Test
  void ten_a_second_and_a_hundred_a_minute_with_150_queued_never_start_more_than_ten_a_second() {
    Throttle[] throttles = {
      twoBuckets(),
      asking.buckets.throttle(
          List.of(
              asking.buckets.define(
                  "both", List.of(perNanos(10, SECOND), perNanos(100, 60 * SECOND)), 1_000)))
    };
    for (Throttle throttle : throttles) {
      List<Long> starts = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        throttle.callAsync(() -> record(starts, time));
      }
      time.advance(59 * SECOND);
      assertThat(starts).hasSize(100);
      time.advance(31 * SECOND);
      assertThat(starts).hasSize(150);
      assertThat(mostWithin(SECOND, starts)).isEqualTo(10);
      assertThat(mostWithin(60 * SECOND, starts)).isEqualTo(100);
      assertThat(starts.get(100) - starts.get(0)).as("no later than need be").isEqualTo(60 * SECOND);
    }
  }

  private Throttle twoBuckets() {
    asking.buckets.define("second", perNanos(10, SECOND));
    asking.buckets.define("minute", perNanos(100, 60 * SECOND));
    return asking.buckets.throttle("second", "minute");
  }

  @Test
  void a_call_that_one_bucket_refuses_takes_nothing_of_the_others_not_even_for_a_while() {
    Throttle free = asking.throttle("free", perNanos(1, SECOND));
    Throttle full = asking.throttle("full", Limit.concurrent(1));
    Permit held = full.acquire();
    List<CompletableFuture<Permit>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(asking.buckets.throttle("free", "full").acquireAsync());
    }
    assertThat(asking.buckets.throttle("free", "full").tryAcquire()).isNull();
    assertThat(free.tryAcquire()).isNotNull();
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    held.complete();
  }

  @Test
  void a_call_that_one_bucket_refuses_takes_no_beat_of_an_evenly_spaced_one() {
    Throttle even = asking.throttle("even", Limit.leakyBucket(10, Duration.ofSeconds(1)));
    Throttle full = asking.throttle("full", Limit.concurrent(1));
    Throttle both = asking.buckets.throttle("even", "full");
    Permit held = full.acquire();
    CompletableFuture<Permit> waits = both.acquireAsync();
    assertThat(both.tryAcquire()).isNull();
    assertThat(even.tryAcquire()).isNotNull();
    time.advance(SECOND / 10);
    assertThat(both.tryAcquire()).isNull();
    assertThat(even.tryAcquire()).isNotNull();
    assertThat(even.tryAcquire()).as("a tenth of a second apart").isNull();
    held.complete();
    time.advance(SECOND / 10);
    assertThat(waits).isCompleted();
  }

  // ---- nothing is out of reach

  @Test
  void a_pause_reaches_those_who_wait_already() {
    Throttle throttle = asking.throttle("b", perNanos(10, SECOND));
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      throttle.callAsync(() -> record(starts, time));
    }
    time.advance(SECOND - 1);
    asking.buckets.bucket("b").pause(Duration.ofSeconds(30));
    time.advance(30 * SECOND - 1);
    assertThat(starts).hasSize(10);
    time.advance(1);
    assertThat(starts).hasSize(20);
  }

  @Test
  void a_big_cost_is_not_granted_on_credit() {
    Throttle throttle = asking.throttle("b", perNanos(10, SECOND));
    asking.ask(throttle, "small");
    asking.completeAll();
    CompletableFuture<Permit> big = asking.ask(throttle.withCost(10), "big");
    CompletableFuture<Permit> next = asking.ask(throttle, "next");
    time.advance(SECOND - 1);
    assertThat(big).as("9 of 10 are free").isNotDone();
    time.advance(1);
    assertThat(big).isCompleted();
    asking.completeAll();
    time.advance(SECOND - 1);
    assertThat(next).isNotDone();
    time.advance(1);
    assertThat(next).isCompleted();
  }
}
