package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Limit;
import dev.throttle.core.Mode;
import dev.throttle.core.Permit;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is told to the ledger as wanted. */
class SharedBucketsWantsTest {

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));

  private final List<Jvm> jvms = new ArrayList<>();

  private Jvm jvm(Limit limit) {
    return new Jvm(time, ledger, limit);
  }

  @Test
  void calls_that_do_not_wait_get_a_lease_for_those_after_them() {
    Jvm jvm = jvm(TEN);
    assertThat(jvm.throttle.tryAcquire()).isNull();
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.throttle.tryAcquire()).isNotNull();
  }

  @Test
  void what_calls_were_refused_of_each_limit_of_a_bucket_is_wanted_of_it() {
    Jvm jvm = jvm(TEN);
    List<Limit> limits = List.of(TEN, Limit.of(100, Duration.ofMinutes(10)));
    jvm.shared.share(jvm.buckets.define("both", limits, 100));
    jvm.throttle = jvm.buckets.throttle("both").withCost(7);
    assertThat(jvm.throttle.tryAcquire()).isNull();
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.throttle.tryAcquire()).isNotNull();
  }

  @Test
  void calls_that_are_refused_rather_than_wait_get_one_too() {
    Jvm jvm = jvm(TEN);
    jvm.buckets.bucket("api").change(Mode.REJECT);
    jvm.ask(1);
    time.advance(Duration.ofSeconds(5));
    jvm.ask(1);
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void what_was_refused_long_ago_is_not_wanted_any_more() {
    Jvm jvm = jvm(TEN);
    assertThat(jvm.throttle.tryAcquire()).isNull();
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.leased()).isPositive();
    time.advance(Duration.ofMinutes(11));
    assertThat(jvm.leased()).isZero();
    int before = jvm.requests;
    time.advance(Duration.ofMinutes(5));
    assertThat(jvm.requests).isEqualTo(before);
  }

  @Test
  void who_asks_less_often_than_leases_end_gets_a_permit_too() {
    Jvm jvm = jvm(TEN);
    assertThat(jvm.throttle.withCost("api", 3).tryAcquire()).isNull();
    time.advance(Duration.ofMinutes(5));
    assertThat(jvm.throttle.withCost("api", 3).tryAcquire()).isNotNull();
    assertThat(jvm.leased()).as("no more than that is kept for it").isLessThan(6);
  }

  @Test
  void what_was_refused_in_a_rush_is_soon_not_wanted_any_more() {
    Jvm jvm = jvm(Limit.of(100, Duration.ofSeconds(1)));
    for (int i = 0; i < 300; i++) {
      Permit permit = jvm.throttle.tryAcquire();
      if (permit != null) {
        permit.close();
      }
      time.advance(Duration.ofMillis(5));
    }
    assertThat(jvm.leased()).isGreaterThan(50);
    time.advance(Duration.ofSeconds(8));
    assertThat(jvm.leased()).isLessThan(5);
  }

  @Test
  void who_waits_no_longer_than_some_time_gets_all_of_the_limit() {
    Jvm jvm = jvm(TEN).ask(1);
    time.advance(Duration.ofSeconds(1));
    jvm.throttle = jvm.throttle.withMaxWait(Duration.ofSeconds(10));
    jvm.ask(9);
    time.advance(Duration.ofSeconds(10));
    assertThat(jvm.granted()).isEqualTo(10);
  }

  @Test
  void beside_what_calls_want_there_is_room_for_the_reserve() {
    Jvm jvm = jvm(Limit.of(100, Duration.ofMinutes(1)).withReserve(50)).ask(20);
    CompletableFuture<Permit> dear = jvm.throttle.withCost("api", 25).acquireAsync();
    time.advance(Duration.ofSeconds(30));
    assertThat(jvm.granted()).isEqualTo(20);
    assertThat(dear).isDone();
  }

  @Test
  void wants_that_are_gone_are_told_so_that_others_get_the_slots() {
    Limit limit = Limit.of(1, Duration.ofSeconds(1));
    Jvm other = jvm(limit).ask(1_000);
    time.advance(Duration.ofSeconds(3));
    Jvm jvm = jvm(limit).ask(1);
    time.advance(Duration.ofMillis(200));
    jvm.asked.forEach(one -> one.cancel(false));
    long before = other.granted();
    for (int i = 0; i < 80; i++) {
      other.complete();
      time.advance(Duration.ofMillis(100));
    }
    assertThat(other.granted() - before).isGreaterThanOrEqualTo(4);
  }

  @Test
  void a_call_that_takes_more_than_a_share_leaves_beside_the_reserve_gets_its_turn() {
    for (int i = 0; i < 3; i++) {
      Jvm jvm = jvm(TEN.withReserve(50));
      jvm.throttle = jvm.throttle.withCost(3);
      jvms.add(jvm.ask(10));
    }
    for (int i = 0; i < 240; i++) {
      jvms.forEach(Jvm::complete);
      time.advance(Duration.ofSeconds(15));
    }
    assertThat(jvms).allMatch(jvm -> jvm.granted() == 10);
  }
}
