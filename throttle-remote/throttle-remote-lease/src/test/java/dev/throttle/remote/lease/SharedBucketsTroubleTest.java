package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Signal;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottleListener;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores and listeners that do what they should not. */
class SharedBucketsTroubleTest {

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));

  enum Fault implements LeaseStore {
    THROWS {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        throw new IllegalStateException("no connection");
      }
    },
    THROWS_AN_ERROR {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        throw new NoClassDefFoundError("driver");
      }
    },
    FAILS {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return CompletableFuture.failedFuture(new IllegalStateException("refused"));
      }
    },
    NEVER_ANSWERS {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return new CompletableFuture<>();
      }
    },
    ANSWERS_NULL {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return CompletableFuture.completedFuture(null);
      }
    },
    NAMES_A_LIMIT_THAT_WAS_NOT_ASKED_FOR {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return lend(new LeaseAnswer.Lease("unknown", 9, limit(request), 1, Duration.ofDays(1)));
      }
    },
    NAMES_TOO_MANY {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return lend(
            new LeaseAnswer.Lease("api", 9, limit(request), 1, Duration.ofDays(1)),
            new LeaseAnswer.Lease("unknown", 9, limit(request), 1, Duration.ofDays(1)));
      }
    },
    NAMES_NONE {
      @Override
      public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
        return lend();
      }
    };

    private static SharedLimit limit(LeaseRequest request) {
      return request.accounts().get(0).limit();
    }

    private static CompletionStage<LeaseAnswer> lend(LeaseAnswer.Lease... leases) {
      return CompletableFuture.completedFuture(
          new LeaseAnswer("epoch", Duration.ofSeconds(10), 1, List.of(leases)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatever_the_store_does_nothing_is_taken_and_all_goes_on_when_it_is_well(Fault fault) {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(2);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvm.granted()).isEqualTo(2);
    jvm.store = fault;
    jvm.ask(4);
    int before = jvm.requests;
    time.advance(Duration.ofSeconds(30));
    assertThat(jvm.granted()).as("of a lease of 3").isEqualTo(3);
    assertThat(jvm.leased()).as("after its end").isZero();
    assertThat(jvm.snapshot().pausedFor()).isZero();
    assertThat(jvm.requests - before).as("one a second, as if all were well").isBetween(3, 36);
    jvm.store = ledger;
    time.advance(Duration.ofSeconds(6));
    assertThat(jvm.granted()).isEqualTo(6);
  }

  @Test
  void answers_may_take_longer_than_the_time_after_which_leases_are_renewed() {
    LeaseStore slow =
        request -> {
          CompletableFuture<LeaseAnswer> answer = new CompletableFuture<>();
          time.schedule(
              Duration.ofMillis(1_100).toNanos(),
              () -> ledger.renew(request).thenAccept(answer::complete));
          return answer;
        };
    Jvm jvm = new Jvm(time, slow, TEN).ask(1);
    time.advance(Duration.ofSeconds(10));
    assertThat(jvm.granted()).isEqualTo(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(jvm.leased()).isPositive();
  }

  @Test
  void leases_end_while_the_store_blocks() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(4);
    time.advance(Duration.ofSeconds(1));
    int[] leased = {jvm.leased()};
    assertThat(leased[0]).isPositive();
    jvm.store =
        request -> {
          time.advance(Duration.ofSeconds(20));
          leased[0] = jvm.leased();
          return ledger.renew(request);
        };
    time.advance(Duration.ofSeconds(1));
    assertThat(leased[0]).isZero();
  }

  @Test
  void an_answer_that_comes_after_the_end_of_its_lease_brings_nothing_back() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    LeaseStore late =
        request -> {
          CompletionStage<LeaseAnswer> answer = ledger.renew(request);
          time.advance(Duration.ofSeconds(20));
          return answer;
        };
    jvm.store = late;
    time.advance(Duration.ofMillis(100));
    assertThat(jvm.granted()).isZero();
    assertThat(jvm.leased()).isZero();
  }

  @Test
  void leases_shorter_than_the_time_after_which_they_are_renewed_are_of_use_still() {
    MemoryLeaseStore hasty = MemoryLeaseStore.fresh(time, Duration.ofSeconds(1));
    Jvm jvm = new Jvm(time, hasty, TEN, Duration.ofSeconds(20)).ask(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void a_listener_may_wait_for_another_thread_that_shares_a_bucket() {
    Jvm jvm = new Jvm(time, ledger, TEN);
    Bucket other = jvm.buckets.define("other", TEN);
    CompletableFuture<Bucket> shared = new CompletableFuture<>();
    jvm.buckets.listen(
        new ThrottleListener() {
          @Override
          public void granted(Throttle throttle, Duration waited) {
            shared
                .completeAsync(() -> jvm.shared.share(other))
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
          }
        });
    jvm.ask(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(shared).isCompletedWithValue(other);
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void a_shared_bucket_does_not_become_one_that_drips_and_the_others_go_on() {
    Jvm jvm = new Jvm(time, ledger, TEN);
    Bucket other = jvm.shared.share(jvm.buckets.define("other", TEN));
    assertThatThrownBy(() -> other.change(Limit.tokenBucket(10, Duration.ofMinutes(1), 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be leased as");
    jvm.ask(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void calls_last_no_longer_than_the_ledger_believes_whatever_is_changed_here() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    jvm.buckets.bucket("api").change(TEN.withMaxHold(Duration.ofMinutes(10)));
    time.advance(Duration.ofSeconds(1));
    assertThat(jvm.buckets.bucket("api").limit().maxHold()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void a_pause_for_ever_is_told_as_one_of_an_hour_again_and_again_but_not_at_every_look() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    Jvm other = new Jvm(time, ledger, TEN).ask(20);
    time.advance(Duration.ofSeconds(2));
    jvm.buckets.bucket("api").pause(Duration.ofDays(100_000));
    int before = jvm.requests;
    time.advance(Duration.ofSeconds(20));
    assertThat(other.snapshot().pausedFor())
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
    assertThat(jvm.requests - before).isLessThan(30);
    time.advance(Duration.ofHours(5));
    assertThat(other.snapshot().pausedFor()).isGreaterThan(Duration.ofMinutes(40));
    ledger.pause("api", Duration.ZERO);
    time.advance(Duration.ofSeconds(20));
    assertThat(jvm.snapshot().pausedFor()).as("an operator has ended it").isZero();
    assertThat(other.snapshot().pausedFor()).isZero();
  }

  @Test
  void a_pause_that_was_ended_here_does_not_come_back_with_the_answer_to_it() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    time.advance(Duration.ofSeconds(2));
    Bucket bucket = jvm.buckets.bucket("api");
    jvm.store =
        request -> {
          CompletableFuture<LeaseAnswer> answer = new CompletableFuture<>();
          ledger
              .renew(request)
              .thenAccept(of -> time.schedule(500_000_000, () -> answer.complete(of)));
          return answer;
        };
    bucket.pause(Duration.ofHours(5));
    time.advance(Duration.ofMillis(200));
    bucket.resume();
    time.advance(Duration.ofSeconds(20));
    assertThat(jvm.snapshot().pausedFor()).isZero();
  }

  @Test
  void a_pause_that_was_ended_here_does_not_come_back_since_it_was_heard_late() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    time.advance(Duration.ofSeconds(2));
    Bucket bucket = jvm.buckets.bucket("api");
    jvm.store =
        request -> {
          CompletableFuture<LeaseAnswer> answer = new CompletableFuture<>();
          time.schedule(300_000_000, () -> ledger.renew(request).thenAccept(answer::complete));
          return answer;
        };
    bucket.pause(Duration.ofSeconds(30));
    time.advance(Duration.ofMillis(700));
    jvm.store = ledger;
    bucket.resume();
    jvm.ask(1);
    time.advance(Duration.ofSeconds(3));
    assertThat(jvm.snapshot().pausedFor()).isZero();
    assertThat(jvm.granted()).isEqualTo(2);
  }

  @Test
  void a_foolish_pause_is_over_when_all_are_started_again() {
    Jvm jvm = new Jvm(time, ledger, TEN).ask(1);
    time.advance(Duration.ofSeconds(2));
    Signal foolish = new Signal(true, Duration.ofDays(5_000), List.of());
    jvm.asked.get(0).join().sent().heed(foolish);
    time.advance(Duration.ofSeconds(2));
    jvm.shared.close();
    jvm.buckets.close();
    time.advance(Duration.ofHours(2));
    Jvm later = new Jvm(time, ledger, TEN).ask(1);
    time.advance(Duration.ofSeconds(2));
    assertThat(later.granted()).isEqualTo(1);
  }

  @Test
  void a_longer_hold_that_was_set_here_is_told_so_that_slots_are_not_free_before_its_end() {
    Limit limit = Limit.of(10, Duration.ofSeconds(1)).withMaxHold(Duration.ofSeconds(2));
    Jvm jvm = new Jvm(time, ledger, limit).ask(1);
    time.advance(Duration.ofSeconds(2));
    jvm.buckets.bucket("api").change(limit.withMaxHold(Duration.ofSeconds(25)));
    time.advance(Duration.ofSeconds(2));
    jvm.ask(20);
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.granted()).isEqualTo(10);
    jvm.store = request -> new CompletableFuture<>();
    Jvm other = new Jvm(time, ledger, limit).ask(20);
    time.advance(Duration.ofSeconds(16));
    int inUse = jvm.snapshot().limits().get(0).inUse();
    assertThat(inUse + other.granted()).isLessThanOrEqualTo(10);
    time.advance(Duration.ofSeconds(30));
    assertThat(other.granted()).isPositive();
  }

  @Test
  void the_last_word_is_said_although_the_store_is_being_called() throws InterruptedException {
    BlockingQueue<LeaseRequest> requests = new LinkedBlockingQueue<>();
    CountDownLatch closed = new CountDownLatch(1);
    LeaseStore slow =
        request -> {
          requests.add(request);
          try {
            closed.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return new CompletableFuture<>();
        };
    Buckets buckets = Buckets.create();
    SharedBuckets shared = SharedBuckets.of(slow).refresh(Duration.ofMillis(100)).start();
    shared.share(buckets.define("api", TEN));
    buckets.throttle("api").acquireAsync();
    assertThat(requests.poll(10, TimeUnit.SECONDS)).isNotNull();
    shared.close();
    closed.countDown();
    LeaseRequest last = requests.poll(10, TimeUnit.SECONDS);
    assertThat(last).isNotNull();
    assertThat(last.leaving()).isTrue();
  }
}
