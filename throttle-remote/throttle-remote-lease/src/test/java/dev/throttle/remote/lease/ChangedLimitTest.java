package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Limit;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Limits that are deployed anew, or changed at the ledger, while others crash and stores forget.
 */
class ChangedLimitTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(2);

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);

  private Jvm started(LeaseStore store, Limit limit, int calls) {
    Jvm jvm = new Jvm(time, store, limit).ask(calls);
    time.advance(SOON);
    return jvm;
  }

  private static void crash(Jvm jvm) {
    jvm.store = request -> new CompletableFuture<>();
  }

  private static Limit limit(Jvm jvm) {
    return jvm.buckets.bucket("api").limit();
  }

  @Test
  void a_stricter_definition_that_is_deployed_counts() {
    started(ledger, Limit.of(100, Duration.ofMinutes(1)), 1).shared.close();
    time.advance(Duration.ofHours(20));
    Jvm jvm = started(ledger, TEN, 100);
    assertThat(jvm.granted()).isEqualTo(10);
    assertThat(limit(jvm).permits()).isEqualTo(10);
  }

  @Test
  void instances_of_the_version_before_follow_a_deployment() {
    Jvm old = started(ledger, Limit.of(100, Duration.ofMinutes(1)), 1);
    started(ledger, TEN, 1);
    time.advance(SOON);
    assertThat(limit(old).permits()).isEqualTo(10);
    time.advance(Duration.ofHours(1));
    assertThat(limit(old).permits()).as("and say nothing else after").isEqualTo(10);
  }

  /** Nobody crashes: windows of a minute became those of a day, and then all start again. */
  @Test
  void longer_windows_of_a_deployment_are_kept_when_it_is_restarted() {
    started(ledger, Limit.fixedWindow(10, Duration.ofMinutes(1)), 1).shared.close();
    time.advance(Duration.ofMinutes(150));
    long granted = 0;
    for (int restart = 0; restart < 4; restart++) {
      Jvm jvm = started(ledger, Limit.fixedWindow(10, Duration.ofDays(1)), 10);
      jvm.complete();
      granted += jvm.granted();
      jvm.shared.close();
      time.advance(Duration.ofMinutes(3));
    }
    assertThat(granted).as("in 12 minutes; two days may begin in them").isBetween(10L, 20L);
  }

  @Test
  void a_rate_that_was_a_limit_of_concurrency_before_is_kept_where_one_crashes() {
    started(ledger, Limit.concurrent(10), 1).shared.close();
    time.advance(Duration.ofMinutes(5));
    Limit hour = Limit.of(10, Duration.ofHours(1));
    Jvm crashing = started(ledger, hour, 10);
    assertThat(crashing.granted()).isEqualTo(10);
    crash(crashing);
    Jvm other = started(ledger, hour, 10);
    time.advance(Duration.ofSeconds(70));
    assertThat(other.granted()).isZero();
    assertThat(limit(other).period()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void a_rest_that_instances_cannot_follow_does_not_free_slots_of_one_that_crashed() {
    Limit hour = Limit.fixedWindow(10, Duration.ofHours(1));
    Jvm crashing = started(ledger, hour, 10);
    assertThat(crashing.granted()).isEqualTo(10);
    crashing.complete();
    ledger.change("api", new SharedLimit(10, Duration.ofSeconds(10)));
    time.advance(SOON);
    assertThat(limit(crashing).period()).isEqualTo(Duration.ofHours(1));
    crash(crashing);
    Jvm other = started(ledger, hour, 10);
    time.advance(Duration.ofSeconds(70));
    assertThat(other.granted()).isZero();
    assertThat(limit(other).period()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void who_cannot_follow_an_operator_does_not_tell_his_word_to_the_next_ledger() {
    List<LeaseRequest.Account> told = new ArrayList<>();
    LeaseStore listening =
        request -> {
          told.addAll(request.accounts());
          return ledger.renew(request);
        };
    started(listening, Limit.fixedWindow(10, Duration.ofMinutes(1)), 1);
    ledger.change("api", new SharedLimit(10, Duration.ofMinutes(2)));
    time.advance(SOON);
    time.advance(SOON);
    LeaseRequest.Account last = told.get(told.size() - 1);
    assertThat(last.limit().rest()).isLessThan(Duration.ofMinutes(2));
    assertThat(last.revision()).isEqualTo(Revision.DEFINED);
  }

  @Test
  void a_limit_that_is_changed_here_to_one_that_cannot_be_said_is_taken_back() {
    Jvm jvm = started(ledger, TEN, 1);
    jvm.buckets.bucket("api").change(TEN.withPeriod(Duration.ofDays(500)));
    time.advance(SOON);
    assertThat(limit(jvm)).isEqualTo(TEN.withMaxHold(Duration.ofSeconds(30)));
  }

  @Test
  void the_newer_word_of_an_operator_is_kept_by_instances_where_a_replica_has_not_heard_it() {
    LedgerDocument[] place = {LedgerDocument.begin("life", 0, false)};
    String[] life = {"life"};
    LeaseStore store =
        request -> {
          LedgerDocument document = place[0].reopened(life[0], time.elapsed().toNanos());
          Ledger of = Ledger.of(document.state());
          LeaseAnswer answer = of.renew(request, LEASE, document.seen());
          place[0] = document.with(of.state());
          return CompletableFuture.completedFuture(answer);
        };
    Jvm jvm = started(store, TEN, 1);
    place[0] = changed(place[0], 8);
    time.advance(SOON);
    assertThat(limit(jvm).permits()).isEqualTo(8);
    LedgerDocument ofReplica = place[0];
    place[0] = changed(place[0], 2);
    time.advance(SOON);
    assertThat(limit(jvm).permits()).isEqualTo(2);
    place[0] = ofReplica;
    life[0] = "replica";
    time.advance(SOON);
    assertThat(limit(jvm).permits()).isEqualTo(2);
  }

  private LedgerDocument changed(LedgerDocument document, int permits) {
    LedgerDocument now = document.reopened("life", time.elapsed().toNanos());
    Ledger of = Ledger.of(now.state());
    of.change("api", new SharedLimit(permits, Duration.ofMillis(60_001)), now.seen());
    return now.with(of.state());
  }
}
