package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.TimeSource;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is left of shared buckets when they are closed. */
class CloseTest {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);

  @Test
  void threads_end_with_who_is_closed() throws InterruptedException {
    Set<Thread> before = leaseThreads();
    List<Buckets> all = new ArrayList<>();
    List<SharedBuckets> sharing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Buckets buckets = Buckets.create();
      all.add(buckets);
      SharedBuckets shared =
          SharedBuckets.of(MemoryLeaseStore.fresh(TimeSource.system(), LEASE)).start();
      sharing.add(shared);
      shared.share(buckets.define("api", Jvm.TEN));
      buckets.throttle("api").acquireAsync().join();
    }
    Set<Thread> threads = leaseThreads();
    threads.removeAll(before);
    assertThat(threads).hasSize(20);
    sharing.forEach(SharedBuckets::close);
    all.forEach(Buckets::close);
    for (Thread thread : threads) {
      thread.join(30_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static Set<Thread> leaseThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("throttle-lease"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void no_timers_are_left() {
    for (int i = 0; i < 20; i++) {
      Jvm jvm = new Jvm(time, ledger, Jvm.TEN).ask(1);
      time.advance(Duration.ofMillis(100));
      jvm.shared.close();
      jvm.buckets.close();
    }
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void a_bucket_is_shared_by_one_only_and_by_another_when_that_is_closed() {
    Jvm jvm = new Jvm(time, ledger, Jvm.TEN);
    Bucket api = jvm.buckets.bucket("api");
    SharedBuckets other =
        SharedBuckets.of(MemoryLeaseStore.fresh(time, LEASE)).timeSource(time).start();
    assertThatThrownBy(() -> other.share(api))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bucket 'api' (10 per PT1M) cannot be shared: other SharedBuckets share it already."
                + " Close those first, or share a bucket of other Buckets.");
    jvm.shared.close();
    assertThat(other.share(api)).isSameAs(api);
    jvm.ask(1);
    time.advance(Duration.ofSeconds(2));
    assertThat(jvm.granted()).isEqualTo(1);
  }

  @Test
  void what_is_in_use_counts_twice_when_it_is_shared_again_but_not_for_long() {
    Jvm jvm = new Jvm(time, ledger, Jvm.TEN).ask(6);
    time.advance(Duration.ofSeconds(2));
    jvm.shared.close();
    SharedBuckets.of(ledger).timeSource(time).start().share(jvm.buckets.bucket("api"));
    jvm.ask(4);
    time.advance(Duration.ofSeconds(5));
    assertThat(jvm.granted()).isEqualTo(6);
    time.advance(Duration.ofSeconds(100)); // a lease, maxCall, and a period
    assertThat(jvm.granted()).isEqualTo(10);
  }
}
