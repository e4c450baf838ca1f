package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a listener is told, and that it harms nobody. */
class ListenerTest {

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final Bucket all = buckets.define("all", perNanos(4, 1_000));
  private final Bucket users = buckets.define("users", perNanos(1, 1_000));
  private final Throttle throttle = buckets.throttle("all", "users");
  private final List<String> told = new ArrayList<>();

  private final class Teller implements ThrottleListener {

    @Override
    public void granted(Throttle throttle, Duration waited) {
      told.add("granted after " + waited.toNanos());
    }

    @Override
    public void waiting(Throttle throttle, Bucket blocking) {
      told.add("waiting for " + blocking.name());
    }

    @Override
    public void refused(Throttle throttle, ThrottledException refusal) {
      told.add("refused by " + refusal.bucket() + " " + refusal.reason());
    }

    @Override
    public void refused(KeyedBuckets buckets, ThrottledException refusal) {
      told.add("refused a key of " + buckets.name() + " " + refusal.reason());
    }

    @Override
    public void cancelled(Throttle throttle, Duration waited) {
      told.add("cancelled after " + waited.toNanos());
    }

    @Override
    public void paused(Bucket bucket, Duration pause) {
      told.add("paused " + bucket.name() + " " + pause.toNanos());
    }

    @Override
    public void resumed(Bucket bucket) {
      told.add("resumed " + bucket.name());
    }

    @Override
    public void heldTooLong(Bucket bucket, int permits) {
      told.add("held " + bucket.name() + " " + permits);
    }
  }

  @Test
  void each_call_is_told_of_from_its_question_to_its_answer() {
    buckets.listen(new Teller());
    throttle.acquire().complete();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    CompletableFuture<Permit> behind = throttle.acquireAsync();
    assertThatThrownBy(throttle.withMaxWait(Duration.ofNanos(1_500))::acquire).isNotNull();
    time.advance(300);
    behind.cancel(false);
    time.advance(700);
    waiting.join().complete();
    assertThat(throttle.withMaxWait(Duration.ZERO).tryAcquire()).isNull();
    assertThat(told)
        .containsExactly(
            "granted after 0",
            "waiting for users",
            "waiting for users",
            "refused by users MAX_WAIT",
            "cancelled after 300",
            "granted after 1000");
  }

  @Test
  void a_call_that_waited_in_vain_is_told_of() {
    buckets.listen(new Teller());
    throttle.acquire();
    throttle.withMaxWait(Duration.ofNanos(1_500)).acquireAsync();
    time.advance(1_500);
    assertThat(told)
        .containsExactly("granted after 0", "waiting for users", "refused by users MAX_WAIT");
  }

  @Test
  void a_call_that_passes_although_there_is_no_permit_is_told_of_however_it_asks() {
    buckets.listen(new Teller());
    users.change(Mode.SHADOW);
    Throttle two = buckets.throttle("users").withCost(2);
    two.acquire();
    assertThat(told).containsExactly("granted after 0");
    two.tryAcquire();
    assertThat(told).containsExactly("granted after 0", "granted after 0");
  }

  @Test
  void a_pause_is_told_of_and_its_end_if_there_was_one() {
    buckets.listen(new Teller());
    all.resume();
    all.pause(Duration.ofNanos(10));
    all.resume();
    all.resume();
    all.pause(Duration.ofNanos(20));
    time.advance(20);
    all.resume();
    assertThat(told).containsExactly("paused all 10", "resumed all", "paused all 20");
  }

  @Test
  void a_permit_that_was_held_too_long_is_told_of() {
    users.change(perNanos(1, 1_000).withMaxHold(Duration.ofNanos(800)));
    buckets.listen(new Teller());
    buckets.throttle("users").acquire();
    buckets.throttle("users").acquireAsync();
    time.advance(5_000);
    assertThat(told)
        .containsExactly(
            "granted after 0", "waiting for users", "granted after 1900", "held users 1");
  }

  @Test
  void a_key_for_which_there_is_no_room_is_told_of() {
    Limit one = perNanos(1, 1_000);
    buckets.defineKeyed("k", List.of(one), key -> List.of(one), 1, 10);
    KeyedThrottle ofKeys = buckets.keyedThrottle("k");
    ofKeys.of("a").acquire();
    buckets.listen(new Teller());
    assertThatThrownBy(() -> ofKeys.of("b")).isInstanceOf(ThrottledException.class);
    assertThat(told).containsExactly("refused a key of k MAX_KEYS");
  }

  @Test
  void whatever_a_listener_throws_no_permit_is_lost() {
    buckets.listen(
        new ThrottleListener() {
          @Override
          public void granted(Throttle throttle, Duration waited) {
            throw ListenerTest.<RuntimeException>sneaky(new Exception("checked"));
          }

          @Override
          public void waiting(Throttle throttle, Bucket blocking) {
            throw new AssertionError("an error");
          }
        });
    throttle.acquire().complete();
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    time.advance(1_000);
    waiting.join().complete();
    time.advance(1_000);
    assertThat(all.inUse()).isZero();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
