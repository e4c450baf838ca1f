package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Throttle;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a review has found. */
class ReviewLeaseTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Limit TEN = Limit.of(10, Duration.ofMinutes(1));

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
  private final Set<Jvm> parted = new HashSet<>();

  /** An instance that can be parted from the store. */
  private Jvm jvm(Limit limit, Unreachable policy) {
    Jvm[] self = new Jvm[1];
    self[0] =
        new Jvm(
            time,
            request ->
                parted.contains(self[0])
                    ? CompletableFuture.failedFuture(new IOException("down"))
                    : ledger.renew(request),
            limit,
            policy);
    return self[0];
  }

  // ---- 2

  @Test
  void a_longer_hold_that_was_set_later_is_told_to_the_ledger() {
    List<Duration> told = new ArrayList<>();
    Jvm jvm =
        new Jvm(
            time,
            request -> {
              told.add(request.accounts().get(0).maxCall());
              return ledger.renew(request);
            },
            TEN.withMaxHold(Duration.ofSeconds(2)));
    jvm.ask(1);
    time.advance(Duration.ofSeconds(2));
    jvm.buckets.bucket("api").change(TEN.withMaxHold(Duration.ofSeconds(25)));
    jvm.ask(1);
    time.advance(Duration.ofSeconds(3));
    assertThat(jvm.buckets.bucket("api").limit().maxHold()).isEqualTo(Duration.ofSeconds(25));
    assertThat(told.get(told.size() - 1)).isEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void no_more_than_the_limit_is_in_use_after_a_longer_hold_was_set() {
    Limit limit = Limit.of(10, Duration.ofSeconds(1)).withMaxHold(Duration.ofSeconds(2));
    Jvm one = jvm(limit, Unreachable.WAIT);
    one.ask(1);
    time.advance(Duration.ofSeconds(2));
    one.buckets.bucket("api").change(limit.withMaxHold(Duration.ofSeconds(25)));
    time.advance(Duration.ofSeconds(2));
    one.ask(20);
    time.advance(Duration.ofSeconds(2));
    assertThat(one.granted()).isEqualTo(10);
    parted.add(one);
    Jvm other = jvm(limit, Unreachable.WAIT);
    other.ask(20);
    time.advance(Duration.ofSeconds(16)); // calls of 20 seconds are not over yet
    assertThat(one.snapshot().limits().get(0).inUse() + other.granted()).isLessThanOrEqualTo(10);
  }

  // ---- 3

  @Test
  void calls_of_a_cost_get_their_turn_beside_a_reserve() {
    List<CompletableFuture<Permit>> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Jvm jvm = jvm(TEN.withReserve(50), Unreachable.WAIT);
      for (int j = 0; j < 10; j++) {
        CompletableFuture<Permit> one = jvm.throttle.withCost(3).acquireAsync();
        one.thenAccept(Permit::close);
        asked.add(one);
      }
    }
    time.advance(Duration.ofMinutes(60));
    assertThat(asked).anyMatch(CompletableFuture::isDone).allMatch(CompletableFuture::isDone);
  }

  // ---- 4

  @Test
  void calls_of_a_cost_that_do_not_wait_get_something_of_a_limit_that_nobody_uses() {
    List<Jvm> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(jvm(TEN, Unreachable.WAIT));
    }
    int granted = 0;
    for (int i = 0; i < 36_000; i++) {
      Permit permit = all.get(i % 4).throttle.withCost(5).tryAcquire();
      if (permit != null) {
        granted++;
        permit.close();
      }
      time.advance(Duration.ofMillis(100));
    }
    assertThat(granted).isGreaterThan(60); // of 120
  }

  // ---- 5

  @Test
  void one_that_hears_no_answers_does_not_keep_all_others_waiting() {
    Jvm[] deaf = new Jvm[1];
    deaf[0] =
        new Jvm(
            time,
            request -> {
              CompletionStage<LeaseAnswer> answer = ledger.renew(request);
              return parted.contains(deaf[0]) ? new CompletableFuture<>() : answer;
            },
            TEN,
            Unreachable.SHARE);
    Jvm other = jvm(TEN, Unreachable.SHARE);
    time.advance(Duration.ofMinutes(5));
    parted.add(deaf[0]);
    time.advance(Duration.ofMinutes(1));
    other.ask(1);
    time.advance(Duration.ofMinutes(60));
    assertThat(other.granted()).isEqualTo(1);
  }

  // ---- 6

  @Test
  void a_pause_of_several_limits_that_an_operator_ends_is_over_for_newcomers_too() {
    Buckets one = twoLimits();
    CompletableFuture<Permit> first = one.throttle("api").acquireAsync();
    time.advance(Duration.ofSeconds(2));
    assertThat(first).isDone();
    ledger.pause("api", Duration.ofMinutes(30));
    time.advance(Duration.ofSeconds(5));
    ledger.pause("api", Duration.ZERO);
    time.advance(Duration.ofSeconds(5));
    assertThat(one.bucket("api").snapshot().pausedFor()).isZero();
    CompletableFuture<Permit> second = twoLimits().throttle("api").acquireAsync();
    time.advance(Duration.ofMinutes(2));
    assertThat(second).isDone();
  }

  private Buckets twoLimits() {
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    List<Limit> limits = List.of(TEN, Limit.of(100, Duration.ofMinutes(10)));
    SharedBuckets.of(ledger).timeSource(time).start().share(buckets.define("api", limits, 100));
    return buckets;
  }

  // ---- 7

  @Test
  void the_last_word_is_sent_although_the_store_is_being_called() throws InterruptedException {
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

  // ---- 8

  @Test
  void an_address_with_a_mistake_does_not_tell_its_password() {
    assertThat(SharedBy.at("redis:/user:hunter2@localhost:6379").toString())
        .doesNotContain("hunter2");
    assertThat(SharedBy.at("redis::hunter2@localhost:6379").toString()).doesNotContain("hunter2");
  }

  // ---- 9

  @Test
  void two_that_need_a_slot_of_two_ledgers_get_their_turns() {
    MemoryLeaseStore second = MemoryLeaseStore.fresh(time, LEASE);
    List<CompletableFuture<Permit>> asked = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
      SharedBuckets a = SharedBuckets.of(i == 0 ? ledger : second).timeSource(time).start();
      time.advance(Duration.ofMillis(7));
      SharedBuckets b = SharedBuckets.of(i == 0 ? second : ledger).timeSource(time).start();
      String[] names = i == 0 ? new String[] {"x", "y"} : new String[] {"y", "x"};
      a.share(buckets.define(names[0], Limit.concurrent(1)));
      b.share(buckets.define(names[1], Limit.concurrent(1)));
      Throttle both = buckets.throttle("x", "y");
      for (int j = 0; j < 20; j++) {
        CompletableFuture<Permit> one = both.acquireAsync();
        one.thenAccept(permit -> time.schedule(200_000_000, permit::close));
        asked.add(one);
      }
    }
    time.advance(Duration.ofMinutes(10));
    assertThat(asked.stream().filter(CompletableFuture::isDone).count()).isEqualTo(40);
  }

  // ---- 10

  @Test
  void one_whose_limits_are_switched_off_does_not_take_all_from_the_others() {
    Jvm off = jvm(TEN, Unreachable.WAIT);
    Jvm other = jvm(TEN, Unreachable.WAIT);
    off.buckets.setEnabled(false);
    other.ask(1);
    for (int i = 0; i < 600; i++) {
      off.throttle.acquireAsync().thenAccept(Permit::close);
      time.advance(Duration.ofMillis(1_000));
      if (i == 300) {
        other.ask(1);
      }
    }
    assertThat(other.granted()).isEqualTo(2);
  }
}
