package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SharedBucketsTest {

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
  private final List<Jvm> jvms = new ArrayList<>();

  private final class Jvm {
    final Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    final SharedBuckets shared =
        SharedBuckets.of(ledger).timeSource(time).instance("jvm " + jvms.size()).start();
    final List<CompletableFuture<Permit>> asked = new ArrayList<>();
    final Throttle throttle;

    Jvm(Limit limit) {
      shared.share(buckets.define("api", limit));
      throttle = buckets.throttle("api");
      jvms.add(this);
    }

    void ask(int calls) {
      for (int i = 0; i < calls; i++) {
        asked.add(throttle.acquireAsync());
      }
    }

    long granted() {
      return asked.stream().filter(CompletableFuture::isDone).count();
    }

    void complete() {
      asked.stream().filter(CompletableFuture::isDone).forEach(one -> one.join().close());
    }

    int leased() {
      return SharedBucketsTest.leased(buckets);
    }
  }

  private static final Limit TEN = Limit.of(10, Duration.ofMinutes(1));

  @Test
  void the_first_calls_wait_for_a_lease_and_others_are_as_local_ones() {
    Jvm jvm = new Jvm(TEN);
    jvm.ask(4);
    assertThat(jvm.granted()).isZero();
    time.advance(Duration.ofMillis(100));
    assertThat(jvm.granted()).isEqualTo(4);
    assertThat(jvm.leased()).isEqualTo(5);
    jvm.ask(1);
    assertThat(jvm.granted()).isEqualTo(5);
  }

  @Test
  void two_share_what_there_is_by_what_they_want() {
    Jvm much = new Jvm(TEN);
    Jvm little = new Jvm(TEN);
    little.ask(2);
    time.advance(Duration.ofSeconds(1));
    much.ask(30);
    time.advance(Duration.ofSeconds(5));
    assertThat(little.granted()).isEqualTo(2);
    assertThat(much.granted()).isGreaterThanOrEqualTo(7);
    assertThat(much.leased() + little.leased()).isLessThanOrEqualTo(10);
  }

  @Test
  void who_comes_later_gets_its_share_when_the_slots_of_the_other_are_back() {
    Jvm first = new Jvm(TEN);
    first.ask(30);
    time.advance(Duration.ofSeconds(5));
    assertThat(first.granted()).isEqualTo(10);
    Jvm second = new Jvm(TEN);
    second.ask(30);
    time.advance(Duration.ofSeconds(5));
    assertThat(second.granted()).isZero();
    first.complete();
    time.advance(Duration.ofSeconds(65));
    assertThat(first.granted()).isEqualTo(15);
    assertThat(second.granted()).isEqualTo(5);
  }

  @Test
  void an_instance_that_leaves_gives_back_what_is_not_in_use() {
    Jvm first = new Jvm(TEN);
    first.ask(3);
    time.advance(Duration.ofSeconds(5));
    Jvm second = new Jvm(TEN);
    second.ask(10);
    time.advance(Duration.ofSeconds(1));
    first.shared.close();
    time.advance(Duration.ofSeconds(5));
    assertThat(second.granted()).isEqualTo(7);
    first.ask(1);
    time.advance(Duration.ofSeconds(5));
    assertThat(first.granted()).as("nothing is leased any more").isEqualTo(3);
  }

  @Test
  void an_idle_instance_holds_nothing() {
    Jvm first = new Jvm(TEN);
    first.ask(8);
    time.advance(Duration.ofSeconds(1));
    first.complete();
    time.advance(Duration.ofSeconds(70));
    assertThat(first.leased()).isZero();
    Jvm second = new Jvm(TEN);
    second.ask(10);
    time.advance(Duration.ofSeconds(1));
    assertThat(second.granted()).isEqualTo(10);
  }

  @Test
  void a_cost_above_what_is_leased_gets_its_slots() {
    Jvm jvm = new Jvm(TEN);
    CompletableFuture<Permit> dear = jvm.throttle.withCost("api", 9).acquireAsync();
    time.advance(Duration.ofSeconds(1));
    assertThat(dear).isDone();
  }

  @Test
  void a_pause_of_one_is_one_of_all() {
    Jvm first = new Jvm(TEN);
    Jvm second = new Jvm(TEN);
    first.ask(1);
    second.ask(1);
    time.advance(Duration.ofSeconds(2));
    first.buckets.bucket("api").pause(Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(2));
    assertThat(second.buckets.bucket("api").snapshot().pausedFor())
        .isBetween(Duration.ofSeconds(27), Duration.ofSeconds(30));
    second.ask(1);
    time.advance(Duration.ofSeconds(26));
    assertThat(second.granted()).isEqualTo(1);
    time.advance(Duration.ofSeconds(4));
    assertThat(second.granted()).isEqualTo(2);
  }

  @Test
  void eight_that_always_have_calls_use_nearly_all_of_the_limit() {
    Limit limit = Limit.of(100, Duration.ofSeconds(10));
    for (int i = 0; i < 8; i++) {
      new Jvm(limit).ask(800);
    }
    time.advance(Duration.ofSeconds(20));
    long before = jvms.stream().mapToLong(Jvm::granted).sum();
    int periods = 40;
    for (int i = 0; i < periods * 1_000; i++) {
      jvms.forEach(Jvm::complete);
      time.advance(Duration.ofMillis(10));
    }
    long granted = jvms.stream().mapToLong(Jvm::granted).sum() - before;
    assertThat(granted).isBetween(95L * periods, 100L * (periods + 1));
    assertThat(jvms).allMatch(jvm -> jvm.granted() > 0);
  }

  @Test
  void one_of_eight_may_use_what_the_others_do_not_want() {
    Limit limit = Limit.of(100, Duration.ofSeconds(10));
    for (int i = 0; i < 8; i++) {
      new Jvm(limit);
    }
    jvms.get(3).ask(100);
    time.advance(Duration.ofSeconds(1));
    assertThat(jvms.get(3).granted()).isEqualTo(100);
  }

  @Test
  void a_change_of_the_limit_at_the_ledger_reaches_all_with_their_next_request() {
    Jvm first = new Jvm(TEN);
    Jvm second = new Jvm(TEN);
    first.ask(7);
    second.ask(1);
    time.advance(Duration.ofSeconds(1));
    ledger.change("api", new SharedLimit(4, Duration.ofMillis(2_001)));
    time.advance(Duration.ofSeconds(2));
    for (Jvm jvm : jvms) {
      assertThat(jvm.buckets.bucket("api").limit().permits()).isEqualTo(4);
      assertThat(jvm.buckets.bucket("api").limit().period()).isEqualTo(Duration.ofSeconds(2));
    }
    second.ask(5);
    assertThat(second.granted()).as("the other holds more than there are").isEqualTo(1);
    first.complete();
    time.advance(Duration.ofSeconds(4));
    assertThat(second.granted()).isEqualTo(4);
  }

  @Test
  void a_local_change_is_taken_back() {
    Jvm jvm = new Jvm(TEN);
    jvm.ask(1);
    time.advance(Duration.ofSeconds(1));
    jvm.buckets.bucket("api").change(Limit.of(50, Duration.ofMinutes(1)));
    jvm.ask(40);
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.granted()).isEqualTo(10);
    assertThat(jvm.buckets.bucket("api").limit().permits()).isEqualTo(10);
  }

  @Test
  void a_lease_is_counted_from_when_it_was_asked_for() {
    CompletableFuture<LeaseAnswer> answer = new CompletableFuture<>();
    List<LeaseRequest> requests = new ArrayList<>();
    LeaseStore slow =
        request -> {
          requests.add(request);
          return requests.size() == 1 ? answer : new CompletableFuture<>();
        };
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    SharedBuckets.of(slow).timeSource(time).start().share(buckets.define("api", TEN));
    buckets.throttle("api").acquireAsync();
    time.advance(Duration.ofMillis(100)); // it asks at 62.5 ms
    time.advance(Duration.ofMillis(800));
    LeaseRequest.Account asked = requests.get(0).accounts().get(0);
    answer.complete(
        new LeaseAnswer(
            "epoch",
            Duration.ofSeconds(10),
            1,
            List.of(new LeaseAnswer.Lease("api", 5, asked.limit(), 1, Duration.ZERO))));
    time.advance(Duration.ofSeconds(9));
    assertThat(leased(buckets)).isPositive();
    time.advance(Duration.ofMillis(170));
    assertThat(leased(buckets)).isZero();
  }

  private static int leased(Buckets buckets) {
    return buckets.bucket("api").snapshot().limits().get(0).leased();
  }

  @Test
  void a_pause_of_several_limits_that_an_operator_ends_is_over_for_newcomers_too() {
    Buckets one = twoLimits();
    CompletableFuture<Permit> first = one.throttle("two").acquireAsync();
    time.advance(Duration.ofSeconds(2));
    assertThat(first).isDone();
    ledger.pause("two", Duration.ofMinutes(30));
    time.advance(Duration.ofSeconds(5));
    assertThat(one.bucket("two").snapshot().pausedFor()).isPositive();
    ledger.pause("two", Duration.ZERO);
    time.advance(Duration.ofSeconds(5));
    assertThat(one.bucket("two").snapshot().pausedFor()).isZero();
    CompletableFuture<Permit> second = twoLimits().throttle("two").acquireAsync();
    time.advance(Duration.ofMinutes(2));
    assertThat(second).isDone();
  }

  private Buckets twoLimits() {
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    List<Limit> limits = List.of(TEN, Limit.of(100, Duration.ofMinutes(10)));
    SharedBuckets.of(ledger).timeSource(time).start().share(buckets.define("two", limits, 100));
    return buckets;
  }
}
