package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.SharedBy;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    time.advance(Duration.ofHours(1));
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

  // ---- 10

  @Test
  void one_whose_limits_are_switched_off_does_not_take_all_from_the_others() {
    Jvm off = jvm(TEN, Unreachable.WAIT);
    Jvm other = jvm(TEN, Unreachable.WAIT);
    off.buckets.setEnabled(false);
    other.ask(1);
    for (int i = 0; i < 600; i++) {
      off.throttle.acquireAsync().thenAccept(Permit::close);
      time.advance(Duration.ofSeconds(1));
      if (i == 300) {
        other.ask(1);
      }
    }
    assertThat(other.granted()).isEqualTo(2);
  }

  // ---- 11

  @Test
  void a_bucket_whose_name_looks_like_that_of_a_second_limit_keeps_its_own_limit() {
    twoLimits().throttle("api").acquireAsync();
    time.advance(Duration.ofSeconds(2));
    Buckets other = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    SharedBuckets.of(ledger).timeSource(time).start().share(other.define("api#2", TEN));
    other.throttle("api#2").acquireAsync();
    time.advance(Duration.ofSeconds(2));
    assertThat(other.bucket("api#2").limit().permits()).isEqualTo(10);
  }

  // ---- 12

  @Test
  void who_shares_twice_by_one_store_is_told_what_differs() {
    SharedBy by = SharedBy.at("memory://review");
    try (Buckets buckets = Buckets.builder().timeSource(time).build()) {
      Bucket bucket = buckets.define("api", TEN).shared(by);
      assertThatThrownBy(() -> bucket.shared(by.withMaxCall(Duration.ofSeconds(5))))
          .hasMessageContaining("PT5S");
    }
  }
}
