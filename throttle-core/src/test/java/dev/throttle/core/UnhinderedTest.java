package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is in shadow mode or switched off refuses nobody, and still counts. */
class UnhinderedTest {

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final Bucket bucket = buckets.define("b", perNanos(2, 1_000), 0);
  private final Throttle throttle = buckets.throttle("b");

  /** What a listener in shadow mode is told: the bucket and the predicted wait. */
  private final List<String> reported = new ArrayList<>();

  private void listen() {
    buckets.listen(
        new ThrottleListener() {
          @Override
          public void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {
            reported.add(bucket.name() + " " + predicted.toNanos());
          }
        });
  }

  private static Permit take(Throttle throttle) {
    return Objects.requireNonNull(throttle.tryAcquire(), "refused");
  }

  @Test
  void while_all_is_switched_off_no_call_is_refused_however_it_asks() {
    throttle.withCost(2).acquire();
    bucket.pause(Duration.ofDays(1));
    bucket.change(Mode.REJECT);
    buckets.setEnabled(false);
    take(throttle);
    take(throttle.withCost(3));
    throttle.withMaxWait(Duration.ZERO).acquire();
    throttle.withCost(3).acquire();
    assertThat(throttle.acquireAsync()).isCompleted();
    assertThat(bucket.inUse()).isEqualTo(11);
    buckets.setEnabled(true);
    assertThat(throttle.tryAcquire()).isNull();
  }

  @Test
  void in_shadow_mode_no_call_is_refused_however_it_asks() {
    listen();
    throttle.withCost(2).acquire();
    bucket.change(Mode.SHADOW);
    take(throttle).complete();
    throttle.withMaxWait(Duration.ZERO).acquire().complete();
    throttle.withCost(3).acquire().complete();
    assertThat(bucket.inUse()).isEqualTo(7);
    assertThat(reported).containsExactly("b 1000", "b 1000", "b 2000");
  }

  @Test
  void a_permit_that_is_asked_for_without_waiting_is_taken_of_all_buckets_or_of_none() {
    Bucket shadow = buckets.define("shadow", Limit.concurrent(1));
    shadow.change(Mode.SHADOW);
    Throttle both = buckets.throttle("shadow", "b");
    Permit first = take(both);
    take(both);
    assertThat(both.tryAcquire()).as("b has two").isNull();
    assertThat(shadow.inUse()).isEqualTo(2);
    first.giveBack();
    take(both);
    assertThat(shadow.waiting()).isZero();
  }

  @Test
  void whoever_asks_without_waiting_does_not_pass_those_who_wait() {
    Bucket other = buckets.define("other", Limit.concurrent(1));
    Throttle both = buckets.throttle("other", "b");
    buckets.bucket("b").change(Mode.SHADOW);
    Permit held = both.acquire();
    CompletableFuture<Permit> waiting = buckets.throttle("other").acquireAsync();
    assertThat(both.tryAcquire()).isNull();
    held.complete();
    assertThat(waiting).isCompleted();
    assertThat(both.tryAcquire()).isNull();
    assertThat(other.inUse()).isEqualTo(1);
  }

  @Test
  void the_queue_of_a_bucket_in_shadow_mode_has_room_for_those_who_wait_elsewhere() {
    bucket.change(Mode.SHADOW);
    buckets.define("other", Limit.concurrent(1));
    Throttle both = buckets.throttle("b", "other");
    Permit held = both.acquire();
    CompletableFuture<Permit> waiting = both.acquireAsync();
    held.complete();
    assertThat(waiting).isCompleted();
  }

  @Test
  void a_shadow_tells_of_what_only_a_pause_or_the_reserve_would_have_held_up() {
    listen();
    bucket.change(perNanos(2, 1_000).withReserve(50));
    bucket.change(Mode.SHADOW);
    throttle.acquire();
    throttle.withPriority(Priority.HIGH).acquire().giveBack();
    assertThat(reported).isEmpty();
    throttle.acquire();
    assertThat(reported).containsExactly("b 1000");
    bucket.pause(Duration.ofNanos(7_000));
    throttle.withPriority(Priority.HIGH).acquire();
    assertThat(reported).containsExactly("b 1000", "b 7000");
  }

  @Test
  void keys_beyond_max_keys_pass_while_nobody_is_to_be_held_up_and_take_no_room() {
    Limit one = perNanos(1, 1_000);
    KeyedBuckets keyed =
        buckets.defineKeyed("k", List.of(one), key -> List.of(one), 1, Bucket.DEFAULT_MAX_QUEUE);
    KeyedThrottle ofKeys = buckets.keyedThrottle("k");
    ofKeys.of("a").acquire();
    buckets.setEnabled(false);
    assertThatCode(() -> ofKeys.of("b").acquire()).doesNotThrowAnyException();
    buckets.setEnabled(true);
    keyed.change(Mode.SHADOW);
    take(ofKeys.of("c"));
    take(ofKeys.of("c")).complete();
    assertThat(keyed.size()).isEqualTo(1);
    assertThat(keyed.find("c")).isNull();
  }

  @Test
  void a_key_that_had_no_room_has_its_one_bucket_once_there_is() {
    Limit one = perNanos(1, 1_000);
    KeyedBuckets keyed =
        buckets.defineKeyed("k", List.of(one), key -> List.of(one), 1, Bucket.DEFAULT_MAX_QUEUE);
    KeyedThrottle ofKeys = buckets.keyedThrottle("k");
    Permit held = ofKeys.of("a").acquire();
    buckets.setEnabled(false);
    for (int i = 0; i < 3; i++) {
      ofKeys.of("b").acquire().giveBack();
    }
    buckets.setEnabled(true);
    held.giveBack();
    take(ofKeys.of("b"));
    assertThat(keyed.bucket("b").inUse()).isEqualTo(1);
  }

  @Test
  void a_shadow_that_has_a_permit_tells_nothing_of_a_call_that_another_bucket_held_up() {
    listen();
    buckets.define("shadow", Limit.concurrent(10)).change(Mode.SHADOW);
    buckets.define("reserved", Limit.concurrent(2).withReserve(50));
    Throttle reserved = buckets.throttle("reserved");
    reserved.acquire();
    CompletableFuture<Permit> waits = reserved.acquireAsync();
    Throttle both = buckets.throttle("shadow", "reserved").withPriority(Priority.HIGH);
    take(both);
    assertThat(waits).isNotDone();
    assertThat(reported).isEmpty();
  }

  @Test
  void who_waits_is_passed_over_sixteen_times_also_by_those_who_ask_without_waiting() {
    buckets.define("shadow", Limit.concurrent(100)).change(Mode.SHADOW);
    buckets.define("reserved", Limit.concurrent(4).withReserve(50));
    Throttle reserved = buckets.throttle("reserved");
    reserved.withCost(2).acquire();
    CompletableFuture<Permit> waits = reserved.acquireAsync();
    Throttle both = buckets.throttle("shadow", "reserved").withPriority(Priority.HIGH);
    for (int i = 1; i < 16; i++) {
      take(both).complete();
    }
    assertThat(waits).isNotDone();
    take(both);
    assertThat(waits).as("there is one permit more").isCompleted();
  }
}
