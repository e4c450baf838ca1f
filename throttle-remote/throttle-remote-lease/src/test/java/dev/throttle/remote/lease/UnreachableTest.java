package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;

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

/** What calls get while the store cannot be reached; how much that may be is in the histories. */
class UnreachableTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration LEASE_AND_MORE = Duration.ofSeconds(13);

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
  private final List<LeaseRequest> requests = new ArrayList<>();
  private boolean down;

  private CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    requests.add(request);
    return down ? CompletableFuture.failedFuture(new IOException("down")) : ledger.renew(request);
  }

  private Jvm jvm(Unreachable policy) {
    return new Jvm(time, this::renew, TEN, policy);
  }

  private Jvm jvmWithShare() {
    Jvm jvm = jvm(Unreachable.SHARE);
    time.advance(LEASE.multipliedBy(2));
    return jvm;
  }

  @Test
  void share_is_what_was_leased_at_first_and_the_part_of_an_instance_when_others_have_stopped() {
    Jvm jvm = jvmWithShare();
    Jvm other = jvmWithShare();
    jvm.ask(2);
    time.advance(Duration.ofSeconds(1));
    int leased = jvm.leased();
    assertThat(leased).isEqualTo(3);
    down = true;
    jvm.ask(20);
    time.advance(LEASE_AND_MORE);
    assertThat(jvm.leased()).isEqualTo(3);
    assertThat(other.leased()).isZero();
    time.advance(Duration.ofSeconds(90 + 20));
    assertThat(jvm.leased()).isEqualTo(5);
    assertThat(other.leased()).isEqualTo(5);
  }

  /** It would make the ledger believe that nobody was alone, when it has forgotten the others. */
  @Test
  void a_request_of_before_that_arrives_late_does_not_hide_who_was_alone() {
    Jvm jvm = jvmWithShare();
    Jvm other = jvmWithShare();
    jvm.ask(50);
    other.ask(50);
    time.advance(Duration.ofSeconds(2));
    down = true;
    other.store = request -> CompletableFuture.failedFuture(new IOException("parted"));
    time.advance(Duration.ofSeconds(3));
    LeaseRequest late = requests.get(requests.size() - 1);
    time.advance(Duration.ofMinutes(5));
    assertThat(jvm.leased()).isEqualTo(5);
    assertThat(other.leased()).isEqualTo(5);
    ledger.renew(late);
    down = false;
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.leased()).isEqualTo(5);
  }

  @Test
  void who_had_more_than_its_share_goes_down_to_it() {
    Jvm jvm = jvmWithShare();
    jvmWithShare();
    jvm.ask(30);
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.leased()).isEqualTo(10);
    down = true;
    time.advance(LEASE_AND_MORE);
    assertThat(jvm.leased()).isEqualTo(5);
  }

  @Test
  void a_limit_of_fewer_permits_than_instances_is_shared_by_nobody() {
    List<Jvm> jvms = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      jvms.add(jvm(Unreachable.SHARE));
    }
    time.advance(LEASE.multipliedBy(2));
    jvms.get(0).ask(3);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvms.get(0).leased()).isPositive();
    down = true;
    time.advance(Duration.ofMinutes(5));
    assertThat(jvms).allSatisfy(jvm -> assertThat(jvm.leased()).isZero());
  }

  @Test
  void who_renews_leases_too_seldom_for_shares_to_be_safe_has_none() {
    Duration seldom = LEASE.dividedBy(8).plusMillis(1);
    Jvm jvm = new Jvm(time, this::renew, TEN, seldom, Unreachable.SHARE);
    time.advance(LEASE.multipliedBy(2));
    jvm.ask(3);
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.granted()).isEqualTo(3);
    down = true;
    time.advance(Duration.ofMinutes(5));
    assertThat(jvm.leased()).isZero();
  }

  @Test
  void who_is_too_new_to_be_known_to_all_has_no_share() {
    jvmWithShare();
    Jvm late = jvm(Unreachable.SHARE).ask(3);
    time.advance(Duration.ofSeconds(8));
    assertThat(late.granted()).isEqualTo(3);
    down = true;
    late.ask(1);
    time.advance(Duration.ofMinutes(5));
    assertThat(late.leased()).isZero();
  }

  @Test
  void who_is_new_waits_until_all_who_may_be_alone_have_asked() {
    Jvm jvm = jvm(Unreachable.SHARE).ask(1);
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.granted()).isZero();
    time.advance(Duration.ofSeconds(3));
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void the_ledger_learns_who_was_alone_and_lends_a_newcomer_nothing_meanwhile() {
    Jvm jvm = jvmWithShare().ask(200);
    time.advance(Duration.ofSeconds(2));
    down = true;
    time.advance(Duration.ofMinutes(5));
    assertThat(requests.get(requests.size() - 1).alone()).isTrue();
    assertThat(jvm.leased()).isEqualTo(10);
    down = false;
    Jvm newcomer = jvm(Unreachable.SHARE).ask(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(requests.get(requests.size() - 1).alone()).isFalse();
    assertThat(jvm.leased()).as("goes on").isGreaterThan(5);
    assertThat(newcomer.granted()).isZero();
  }

  @Test
  void open_is_the_whole_limit_for_each_also_for_who_never_reached_the_store() {
    Jvm jvm = jvm(Unreachable.OPEN).ask(1);
    time.advance(Duration.ofSeconds(1));
    down = true;
    Jvm late = jvm(Unreachable.OPEN).ask(20);
    jvm.ask(20);
    time.advance(LEASE_AND_MORE);
    assertThat(jvm.granted()).isEqualTo(10);
    assertThat(late.granted()).isEqualTo(10);
    down = false;
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.leased() + late.leased()).isLessThanOrEqualTo(10);
  }

  @Test
  void one_lost_request_opens_nothing() {
    Jvm jvm = jvm(Unreachable.OPEN);
    time.advance(LEASE.multipliedBy(3));
    down = true;
    jvm.ask(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvm.leased()).isZero();
    down = false;
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.granted()).isEqualTo(1);
    assertThat(jvm.leased()).isLessThan(10);
  }

  @Test
  void who_slept_while_it_was_alone_has_no_share_any_more() {
    Jvm jvm = jvmWithShare().ask(4);
    time.advance(Duration.ofSeconds(1));
    down = true;
    time.advance(LEASE_AND_MORE);
    assertThat(jvm.leased()).isPositive();
    jvm.store =
        request -> {
          time.advance(Duration.ofSeconds(20));
          assertThat(jvm.leased()).as("ends by itself").isZero();
          return renew(request);
        };
    time.advance(Duration.ofSeconds(2));
    jvm.store = this::renew;
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.leased()).isZero();
  }

  @Test
  void a_store_that_fails_is_left_alone_and_found_again() {
    VirtualTime time = this.time;
    Circuit circuit = Circuit.around(this::renew, Duration.ofSeconds(1), time);
    Jvm jvm = new Jvm(time, circuit, TEN, Unreachable.WAIT).ask(3);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvm.granted()).isEqualTo(3);
    down = true;
    jvm.ask(3);
    time.advance(Duration.ofSeconds(10));
    int before = requests.size();
    time.advance(Duration.ofMinutes(1));
    assertThat(requests.size() - before).as("one in two or three seconds").isBetween(18, 31);
    down = false;
    time.advance(Duration.ofSeconds(4));
    assertThat(jvm.granted()).isEqualTo(6);
  }

  @Test
  void a_store_that_does_not_answer_is_left_alone_too() {
    Circuit circuit =
        Circuit.around(
            request -> {
              requests.add(request);
              return new CompletableFuture<>();
            },
            Duration.ofSeconds(1),
            time);
    new Jvm(time, circuit, TEN, Unreachable.WAIT).ask(1);
    time.advance(Duration.ofSeconds(20));
    int before = requests.size();
    time.advance(Duration.ofMinutes(1));
    assertThat(requests.size() - before).isBetween(10, 20);
  }

  @Test
  void few_lost_requests_and_mistakes_do_not_open_the_circuit() {
    int[] count = {0};
    Circuit circuit =
        Circuit.around(
            request -> {
              requests.add(request);
              return switch (count[0]++ % 4) {
                case 0 -> CompletableFuture.failedFuture(new IOException("lost"));
                case 1 -> CompletableFuture.failedFuture(new IllegalArgumentException("stale"));
                case 2 -> throw new IllegalArgumentException("stale");
                default -> ledger.renew(request);
              };
            },
            Duration.ofSeconds(1),
            time);
    Jvm jvm = new Jvm(time, circuit, TEN, Unreachable.WAIT).ask(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(jvm.granted()).isEqualTo(1);
    assertThat(count[0]).isGreaterThan(50);
  }

  @Test
  void
      shares_are_those_of_all_although_one_has_left_and_the_store_was_back_for_one_of_the_others() {
    Set<Jvm> parted = new HashSet<>();
    Jvm one = jvmThatMayBeIn(parted);
    time.advance(Duration.ofMillis(500));
    Jvm other = jvmThatMayBeIn(parted);
    Jvm third = jvmThatMayBeIn(parted);
    time.advance(LEASE.multipliedBy(8));
    third.shared.close();
    time.advance(Duration.ofMillis(32_100)); // more than four leases since three were heard of
    parted.addAll(List.of(one, other));
    time.advance(Duration.ofSeconds(9));
    parted.remove(one); // whose lease has not ended yet, while that of the other has
    time.advance(Duration.ofSeconds(1));
    parted.add(one);
    time.advance(Duration.ofMinutes(5));
    assertThat(one.leased() + other.leased()).isPositive().isLessThanOrEqualTo(10);
  }

  private Jvm jvmThatMayBeIn(Set<Jvm> parted) {
    Jvm[] self = new Jvm[1];
    self[0] =
        new Jvm(
            time,
            request ->
                parted.contains(self[0])
                    ? CompletableFuture.failedFuture(new IOException("down"))
                    : ledger.renew(request),
            TEN,
            Unreachable.SHARE);
    return self[0];
  }

  @Test
  void who_was_alone_for_a_moment_goes_on_with_what_it_has_when_the_store_is_back() {
    Jvm jvm = jvmWithShare();
    Jvm other = jvmWithShare();
    jvm.ask(1000);
    other.ask(1000);
    time.advance(Duration.ofMinutes(2));
    assertThat(jvm.leased() + other.leased()).isEqualTo(10);
    down = true;
    time.advance(LEASE_AND_MORE);
    assertThat(jvm.leased()).as("its share").isEqualTo(5);
    down = false;
    time.advance(Duration.ofSeconds(3));
    long before = jvm.granted() + other.granted();
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      jvm.complete();
      other.complete();
      time.advance(Duration.ofSeconds(10));
      seen.append(' ').append(jvm.leased()).append('+').append(other.leased());
      seen.append('=').append(jvm.granted() + other.granted() - before);
    }
    System.err.println("SEEN " + seen);
    assertThat(seen.toString()).as("leased each 10 s since it is back").startsWith(" 5+5");
  }
}
