package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a bucket does when its provider says something of its limit. */
class SentTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;

  private Throttle throttle(Limit limit) {
    return asking.throttle("api", limit);
  }

  private static Signal left(long permits) {
    return new Signal(false, null, List.of(Quota.left(permits)));
  }

  private static Signal retryAfter(Duration duration) {
    return new Signal(true, duration, List.of());
  }

  private static Signal refused() {
    return new Signal(true, null, List.of(Quota.left(0)));
  }

  private static int free(Throttle throttle, String bucket) {
    Snapshot.OfLimit limit =
        throttle.buckets().stream()
            .filter(some -> some.name().equals(bucket))
            .findFirst()
            .orElseThrow()
            .snapshot()
            .limits()
            .get(0);
    return limit.free();
  }

  /** Makes a call that is answered at once. */
  private static void answered(Throttle throttle, Signal signal) {
    Permit permit = throttle.acquire();
    permit.close(permit.sent().heed(signal));
  }

  // ---- pauses

  @Test
  void retry_after_pauses_all_buckets_of_the_call_also_for_those_who_wait() {
    buckets.define("all", perNanos(5, 100));
    buckets.define("own", perNanos(5, 100));
    Throttle both = buckets.throttle("all", "own");
    List<Permit> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(both.acquire());
    }
    CompletableFuture<Permit> waits = buckets.throttle("all").acquireAsync();
    both.sent().heed(retryAfter(Duration.ofNanos(1_000)));
    taken.forEach(Permit::complete);
    asking.time.advance(999);
    assertThat(waits).isNotDone();
    assertThat(buckets.throttle("own").tryAcquire()).isNull();
    asking.time.advance(1);
    assertThat(waits).isCompleted();
    assertThat(buckets.throttle("own").tryAcquire()).isNotNull();
  }

  @Test
  void a_shorter_retry_after_does_not_end_a_longer_one() {
    Throttle throttle = throttle(perNanos(5, 100));
    Sent sent = throttle.sent();
    sent.heed(retryAfter(Duration.ofNanos(1_000)));
    sent.heed(retryAfter(Duration.ofNanos(10)));
    sent.heed(retryAfter(Duration.ZERO));
    asking.time.advance(999);
    assertThat(throttle.tryAcquire()).isNull();
    asking.time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_retry_after_that_makes_no_sense_does_not_pause_for_ever() {
    Throttle throttle = throttle(perNanos(5, 100));
    throttle.sent().heed(retryAfter(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(buckets.bucket("api").snapshot().pausedFor()).isEqualTo(Duration.ofDays(31));
  }

  @Test
  void a_refusal_that_says_nothing_of_what_is_left_counts_as_a_call() {
    Throttle throttle = throttle(perNanos(5, 100));
    assertThat(throttle.sent().heed(retryAfter(Duration.ofNanos(1)))).isTrue();
    assertThat(throttle.sent().heed(new Signal(true, null, List.of()))).isTrue();
    assertThat(throttle.sent().heed(Signal.nothing())).isTrue();
  }

  // ---- what is left

  @Test
  void what_the_provider_says_is_left_is_all_that_may_be_used() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, left(3));
    assertThat(free(throttle, "api")).isEqualTo(3);
    assertThat(buckets.bucket("api").inUse()).isEqualTo(7);
  }

  @Test
  void more_than_what_is_free_is_never_made_of_it() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, left(1_000_000));
    assertThat(free(throttle, "api")).isEqualTo(9);
  }

  @Test
  void what_is_used_says_what_is_left() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, new Signal(false, null, List.of(Quota.used(6))));
    assertThat(free(throttle, "api")).isEqualTo(4);
    answered(throttle, new Signal(false, null, List.of(Quota.used(Long.MAX_VALUE))));
    assertThat(free(throttle, "api")).isZero();
  }

  @Test
  void calls_in_flight_may_take_their_part_of_what_is_left() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    Permit inFlight = throttle.withCost(2).acquire();
    answered(throttle, left(3));
    assertThat(free(throttle, "api")).isEqualTo(1);
    inFlight.complete();
    assertThat(free(throttle, "api")).isEqualTo(1);
  }

  @Test
  void what_has_come_back_since_the_call_was_sent_is_no_evidence_of_others() {
    Throttle throttle = throttle(perNanos(2, 1_000));
    throttle.acquire().complete();
    asking.time.advance(990);
    Permit permit = throttle.acquire();
    Sent sent = throttle.sent();
    asking.time.advance(20); // the provider counted it just before the first was back
    assertThat(sent.heed(left(0))).isTrue();
    permit.complete();
    assertThat(free(throttle, "api")).isEqualTo(1);
  }

  @Test
  void what_had_come_back_before_the_call_was_sent_hides_no_others() {
    Throttle throttle = throttle(perNanos(2, 1_000));
    throttle.acquire().complete();
    asking.time.advance(1_000);
    answered(throttle, left(0));
    assertThat(free(throttle, "api")).isZero();
  }

  @Test
  void others_are_seen_beside_what_has_come_back_since_the_call_was_sent() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    throttle.withCost(5).acquire().complete();
    asking.time.advance(990);
    Permit permit = throttle.acquire();
    Sent sent = permit.sent();
    asking.time.advance(20);
    permit.close(sent.heed(left(1)));
    assertThat(free(throttle, "api")).isEqualTo(1);
  }

  @Test
  void what_comes_back_so_soon_that_it_may_be_in_the_answer_is_not_used_twice() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    throttle.withCost(2).acquire().complete();
    asking.time.advance(50);
    throttle.withCost(2).acquire().complete();
    asking.time.advance(890);
    Permit permit = throttle.acquire();
    Sent sent = permit.sent();
    asking.time.advance(20); // in as long again, and once more, the first two are back
    permit.close(sent.heed(left(4)));
    assertThat(free(throttle, "api")).isEqualTo(2);
    asking.time.advance(40);
    assertThat(free(throttle, "api")).isEqualTo(4);
  }

  @Test
  void tokens_that_come_back_so_soon_that_they_may_be_in_the_answer_are_not_used_twice() {
    Throttle throttle =
        throttle(Limit.tokenBucket(10, Duration.ofNanos(10_000), 10).withGuard(Duration.ZERO));
    throttle.withCost(4).acquire().complete();
    asking.time.advance(100);
    Permit permit = throttle.acquire();
    Sent sent = permit.sent();
    asking.time.advance(600);
    permit.close(sent.heed(left(4)));
    assertThat(free(throttle, "api")).isEqualTo(3);
  }

  @Test
  void the_token_whose_turn_has_begun_before_is_one_of_those_that_come_back_soon() {
    Throttle throttle =
        throttle(Limit.tokenBucket(10, Duration.ofNanos(10_000), 10).withGuard(Duration.ZERO));
    throttle.withCost(4).acquire().complete();
    asking.time.advance(300);
    Permit permit = throttle.acquire();
    Sent sent = permit.sent();
    asking.time.advance(600); // within 1,200 from here tokens come back at 1,000 and at 2,000
    permit.close(sent.heed(left(4)));
    assertThat(free(throttle, "api")).isEqualTo(2);
  }

  @Test
  void an_answer_that_was_overtaken_lets_no_more_be_used_than_the_one_that_overtook_it() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    Permit first = throttle.acquire();
    Sent overtaken = first.sent();
    asking.time.advance(10);
    answered(throttle, left(2));
    assertThat(free(throttle, "api")).as("the other is for the first").isEqualTo(1);
    asking.time.advance(10);
    first.close(overtaken.heed(left(9)));
    assertThat(free(throttle, "api")).isEqualTo(1);
    asking.time.advance(10);
    answered(throttle, left(5));
    assertThat(free(throttle, "api")).as("sent after all that was heard").isEqualTo(5);
  }

  @Test
  void what_is_left_of_a_fixed_window_is_heeded_too() {
    Throttle throttle = throttle(Limit.fixedWindow(10, Duration.ofSeconds(10)));
    answered(throttle, left(3));
    assertThat(free(throttle, "api")).isEqualTo(3);
  }

  @Test
  void more_is_free_again_when_the_provider_says_so_and_those_who_wait_get_it() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, left(1));
    Permit last = throttle.acquire();
    Sent sent = throttle.sent();
    CompletableFuture<Permit> waits = throttle.acquireAsync();
    CompletableFuture<Permit> waitsToo = throttle.acquireAsync();
    assertThat(waits).isNotDone();
    sent.heed(left(1));
    assertThat(waits).isCompleted();
    assertThat(waitsToo).isNotDone();
    last.complete();
  }

  @Test
  void a_refused_call_is_not_counted_and_its_slot_is_out_of_use() {
    Throttle throttle = throttle(perNanos(3, 1_000));
    Permit permit = throttle.acquire();
    assertThat(throttle.sent().heed(refused())).isFalse();
    CompletableFuture<Permit> waits = throttle.acquireAsync();
    permit.giveBack();
    assertThat(waits).isNotDone();
    assertThat(buckets.bucket("api").inUse()).isEqualTo(3);
  }

  @Test
  void after_a_period_without_an_answer_slots_are_tried_one_after_another() {
    Throttle throttle = throttle(perNanos(4, 1_000));
    answered(throttle, refused());
    for (int i = 0; i < 4; i++) {
      asking.ask(throttle, "call");
    }
    asking.time.advance(999);
    assertThat(asking.granted).isEmpty();
    for (int tried = 1; tried <= 4; tried++) {
      asking.time.advance(tried == 1 ? 1 : 250);
      assertThat(asking.granted).hasSize(tried);
    }
  }

  @Test
  void after_a_long_silence_nothing_of_it_is_left() {
    Throttle throttle = throttle(perNanos(4, 1_000));
    answered(throttle, refused());
    asking.time.advance(1_000_000);
    assertThat(buckets.bucket("api").inUse()).isZero();
    assertThat(asking.time.pendingTimers()).isZero();
  }

  @Test
  void a_bucket_that_others_use_is_changed_like_any_other() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, left(3));
    buckets.bucket("api").change(perNanos(12, 1_000));
    assertThat(free(throttle, "api")).isEqualTo(5);
    asking.time.advance(100_000);
    assertThat(free(throttle, "api")).isEqualTo(12);
  }

  @Test
  void a_reset_later_than_a_period_pauses() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    Quota quota = Quota.left(0).resetIn(Duration.ofNanos(5_000));
    answered(throttle, new Signal(false, null, List.of(quota)));
    asking.time.advance(4_999);
    assertThat(throttle.tryAcquire()).isNull();
    asking.time.advance(1);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void a_reset_within_a_period_does_not_pause() {
    Throttle throttle = throttle(perNanos(10, 1_000));
    Quota quota = Quota.left(0).resetIn(Duration.ofNanos(1_000));
    answered(throttle, new Signal(false, null, List.of(quota)));
    assertThat(buckets.bucket("api").snapshot().pausedFor()).isZero();
  }

  @Test
  void a_listener_is_told_of_more_and_of_fewer() {
    List<Integer> told = new ArrayList<>();
    buckets.listen(
        new ThrottleListener() {
          @Override
          public void usedByOthers(Bucket bucket, int permits) {
            told.add(permits);
          }
        });
    Throttle throttle = throttle(perNanos(10, 1_000));
    answered(throttle, left(3));
    answered(throttle, left(7));
    assertThat(told).containsExactly(6, -5);
  }

  // ---- which limit

  @Test
  void each_quota_is_about_the_limit_of_as_many_permits() {
    buckets.define("requests", perNanos(500, 1_000));
    buckets.define("tokens", perNanos(30_000, 1_000));
    Throttle model = buckets.throttle("requests", "tokens").withCost("tokens", 1_000);
    Quota requests = Quota.left(400).of(500);
    Quota tokens = Quota.left(20_000).of(30_000);
    answered(model, new Signal(false, null, List.of(tokens, requests)));
    assertThat(free(model, "requests")).isEqualTo(400);
    assertThat(free(model, "tokens")).isEqualTo(20_000);
  }

  @Test
  void a_client_that_was_given_a_part_is_told_of_the_whole() {
    buckets.define("requests", perNanos(450, 1_000));
    buckets.define("tokens", perNanos(27_000, 1_000));
    Throttle model = buckets.throttle("requests", "tokens");
    Quota requests = Quota.left(400).of(500);
    Quota tokens = Quota.left(20_000).of(30_000);
    answered(model, new Signal(false, null, List.of(requests, tokens)));
    assertThat(free(model, "requests")).isEqualTo(400);
    assertThat(free(model, "tokens")).isEqualTo(20_000);
  }

  @Test
  void a_quota_that_is_smaller_than_all_limits_is_about_the_smallest() {
    buckets.define("requests", perNanos(100, 1_000));
    buckets.define("tokens", perNanos(30_000, 1_000));
    Throttle model = buckets.throttle("requests", "tokens");
    answered(model, new Signal(false, null, List.of(Quota.left(20).of(90))));
    assertThat(free(model, "requests")).isEqualTo(20);
    assertThat(free(model, "tokens")).isEqualTo(29_999);
  }

  @Test
  void a_quota_that_is_larger_than_any_limit_can_be_is_about_the_largest() {
    buckets.define("largest", perNanos(Integer.MAX_VALUE, 1_000));
    buckets.define("own", perNanos(100, 1_000));
    Throttle both = buckets.throttle("largest", "own");
    answered(both, new Signal(false, null, List.of(Quota.left(50).of(3_000_000_000L))));
    assertThat(free(both, "largest")).isEqualTo(50);
    assertThat(free(both, "own")).isEqualTo(99);
  }

  @Test
  void a_quota_with_a_period_is_about_the_limit_with_that_period() {
    buckets.define("seconds", perNanos(10, 1_000));
    buckets.define("minutes", perNanos(100, 60_000));
    Throttle both = buckets.throttle("seconds", "minutes");
    Quota minutes = Quota.left(7).of(10).per(Duration.ofNanos(60_000));
    answered(both, new Signal(false, null, List.of(minutes)));
    assertThat(free(both, "seconds")).isEqualTo(9);
    assertThat(free(both, "minutes")).isEqualTo(7);
  }

  @Test
  void a_quota_of_no_name_is_about_the_last_limit_but_never_one_of_calls_at_once() {
    buckets.define("all", perNanos(100, 1_000));
    buckets.define("own", perNanos(10, 1_000));
    buckets.define("at once", Limit.concurrent(10));
    Throttle throttle = buckets.throttle("all", "own", "at once");
    answered(throttle, left(2));
    assertThat(free(throttle, "all")).isEqualTo(99);
    assertThat(free(throttle, "own")).isEqualTo(2);
    assertThat(free(throttle, "at once")).isEqualTo(10);
    Throttle atOnce = buckets.throttle("at once");
    answered(atOnce, left(0));
    assertThat(free(atOnce, "at once")).isEqualTo(10);
  }

  // ---- windows

  @Test
  void a_fixed_window_begins_when_the_provider_says_that_it_does() {
    FakeTime time = new FakeTime(0, Duration.ofHours(7).toNanos());
    Buckets onWallClock = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    onWallClock.define("api", Limit.fixedWindow(10, Duration.ofMinutes(10)));
    Throttle throttle = onWallClock.throttle("api");
    Quota quota = Quota.left(9).resetIn(Duration.ofMinutes(4));
    answered(throttle, new Signal(false, null, List.of(quota)));
    assertThat(onWallClock.bucket("api").limit().windows())
        .isEqualTo(Windows.of(Duration.ofMinutes(10)).withOffset(Duration.ofMinutes(4)));
    Quota soon = Quota.left(9).resetIn(Duration.ofSeconds(239)); // as exact as seconds are
    answered(throttle, new Signal(false, null, List.of(soon)));
    assertThat(onWallClock.bucket("api").limit().windows().offset())
        .isEqualTo(Duration.ofMinutes(4));
  }

  @Test
  void a_reset_within_two_seconds_of_the_end_of_a_window_moves_nothing() {
    FakeTime time = new FakeTime(0, Duration.ofHours(7).toNanos());
    Buckets onWallClock = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    onWallClock.define("api", Limit.fixedWindow(10, Duration.ofMinutes(10)));
    Throttle throttle = onWallClock.throttle("api");
    for (int seconds : new int[] {598, 602}) {
      Quota quota = Quota.left(9).resetIn(Duration.ofSeconds(seconds));
      throttle.sent().heed(new Signal(false, null, List.of(quota)));
      assertThat(onWallClock.bucket("api").limit().windows().offset()).isZero();
    }
    Quota later = Quota.left(9).resetIn(Duration.ofSeconds(603));
    throttle.sent().heed(new Signal(false, null, List.of(later)));
    assertThat(onWallClock.bucket("api").limit().windows().offset())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void what_was_said_of_a_window_that_is_over_is_not_heeded() {
    FakeTime time = new FakeTime(0, Duration.ofHours(7).toNanos());
    Buckets onWallClock = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    onWallClock.define("api", Limit.fixedWindow(10, Duration.ofMinutes(10)));
    Throttle throttle = onWallClock.throttle("api");
    throttle.withCost(9).acquire().complete();
    time.advance(Duration.ofSeconds(599).toNanos());
    Permit permit = throttle.acquire();
    Sent sent = throttle.sent();
    time.advance(Duration.ofSeconds(2).toNanos());
    sent.heed(left(0));
    permit.complete();
    assertThat(free(throttle, "api")).isEqualTo(9);
  }

  // ---- keys

  @Test
  void the_bucket_of_a_key_is_not_forgotten_while_others_use_its_limit() {
    KeyedBuckets keyed = buckets.defineKeyed("shop", perNanos(10, 1_000));
    answered(buckets.keyedThrottle("shop").of("a"), refused());
    for (int i = 0; i < 50; i++) {
      keyed.bucket("newcomer " + i);
    }
    assertThat(keyed.find("a")).isNotNull();
  }

  @Test
  void a_forgotten_bucket_is_that_of_its_key_again_when_others_use_its_limit() {
    KeyedBuckets keyed = buckets.defineKeyed("shop", perNanos(10, 1_000));
    Sent sent = buckets.keyedThrottle("shop").of("a").sent();
    for (int i = 0; i < 50; i++) {
      keyed.bucket("newcomer " + i);
    }
    assertThat(keyed.find("a")).isNull();
    sent.heed(left(0));
    assertThat(keyed.find("a")).isNotNull();
  }

  // ---- bad input

  @Test
  void of_a_call_that_was_given_up_only_the_pause_is_heeded() {
    Throttle throttle = throttle(perNanos(5, 100));
    Permit permit = throttle.acquire();
    Sent sent = permit.sent();
    permit.complete();
    assertThat(sent.heed(new Signal(true, Duration.ofNanos(7), List.of(Quota.left(0))))).isTrue();
    assertThat(throttle.buckets().get(0).snapshot().pausedFor()).isEqualTo(Duration.ofNanos(7));
    assertThat(throttle.buckets().get(0).inUse()).isEqualTo(1);
  }

  @Test
  void a_bucket_that_heeds_no_signals_is_left_alone() {
    Bucket all = buckets.define("all", perNanos(5, 100));
    Bucket own = buckets.define("own", perNanos(5, 100));
    own.heedSignals(false);
    Throttle both = buckets.throttle("all", "own");
    answered(both, new Signal(true, Duration.ofNanos(7), List.of(Quota.left(0))));
    assertThat(all.snapshot().pausedFor()).isEqualTo(Duration.ofNanos(7));
    assertThat(all.inUse()).isEqualTo(5);
    assertThat(own.snapshot().pausedFor()).isZero();
    assertThat(own.inUse()).isZero(); // the call was not counted
    all.heedSignals(false);
    all.resume();
    asking.time.advance(10_000);
    answered(both, new Signal(true, Duration.ofNanos(7), List.of(Quota.left(0))));
    assertThat(all.inUse()).isEqualTo(1);
    assertThat(own.inUse()).isEqualTo(1);
  }

  @Test
  void what_a_signal_is_made_of_is_checked() {
    assertThatThrownBy(() -> new Signal(true, Duration.ofNanos(-1), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retryAfter must not be negative, but was PT-0.000000001S.");
    assertThatThrownBy(() -> Quota.left(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("left must be at least 0, but was -1.");
    assertThatThrownBy(() -> Quota.used(1).of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("permits must be at least 1, but was 0.");
    assertThatThrownBy(() -> Quota.left(1).per(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("period must be positive, but was PT0S.");
    assertThatThrownBy(() -> new Quota(1L, 1L, null, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a quota says either how many permits are left");
  }
}
