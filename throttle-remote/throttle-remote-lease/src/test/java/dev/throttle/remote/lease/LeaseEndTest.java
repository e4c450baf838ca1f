package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** That a lease ends, whatever goes on in its JVM. */
class LeaseEndTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Two threads of it are enough: of timers, and of the ends of leases. */
  @Test
  void a_listener_that_blocks_the_timers_does_not_keep_a_lease_alive() {
    AtomicBoolean reachable = new AtomicBoolean(true);
    MemoryLeaseStore ledger = MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofMillis(1_600));
    LeaseStore store =
        request -> reachable.get() ? ledger.renew(request) : new CompletableFuture<>();
    CountDownLatch blocked = new CountDownLatch(1);
    try (Buckets buckets = Buckets.create();
        SharedBuckets shared = SharedBuckets.of(store).refresh(Duration.ofMillis(100)).start()) {
      shared.share(buckets.define("api", Limit.concurrent(5)));
      Throttle throttle = buckets.throttle("api");
      await().atMost(PATIENCE).until(() -> takeOne(throttle) == 1);
      reachable.set(false);
      TimeSource.system().schedule(0, () -> awaitUninterruptibly(blocked));
      await().atMost(PATIENCE).until(() -> takeOne(throttle) == 0);
    } finally {
      blocked.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is leased, and cannot be renewed, of a bucket whose slots need no look to be free. */
  @Test
  void nothing_is_granted_from_the_end_of_a_lease_on() {
    VirtualTime time = new VirtualTime();
    MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
    AtomicBoolean reachable = new AtomicBoolean(true);
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    SharedBuckets.of(request -> reachable.get() ? ledger.renew(request) : new CompletableFuture<>())
        .timeSource(time)
        .start()
        .share(buckets.define("api", Limit.concurrent(10)));
    Throttle throttle = buckets.throttle("api");
    for (int i = 0; i < 30; i++) {
      takeOne(throttle);
      time.advance(Duration.ofSeconds(1));
    }
    reachable.set(false);
    int granted = 0;
    for (int i = 0; i < 200; i++) {
      granted += takeOne(throttle);
      time.advance(Duration.ofMillis(100));
    }
    assertThat(granted).as("until the lease has ended").isBetween(80, 100);
  }

  /** As where no thread can be made for the next end: the one before must still come. */
  @Test
  void an_end_that_cannot_be_set_leaves_the_one_before() {
    VirtualTime time = new VirtualTime();
    AtomicBoolean noThread = new AtomicBoolean();
    Leases.Alarm alarm =
        (delay, task) -> {
          if (noThread.get()) {
            throw new RejectedExecutionException("no thread");
          }
          return time.schedule(delay, task);
        };
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    Bucket bucket = buckets.define("api", Limit.concurrent(10));
    Leases leases = new Leases(time.nanos(), alarm);
    Leased one = new Leased(bucket, 0, new LongestCall(LEASE, Duration.ofSeconds(1)), time.nanos());
    leases.add(List.of(one));
    bucket.lease(List.of(0));
    leases.endAt(time.nanos() + LEASE.toNanos(), time.nanos());
    one.slots = 5;
    leases.apply(leases.all());
    noThread.set(true);
    time.advance(Duration.ofSeconds(5));
    assertThatThrownBy(() -> leases.endAt(time.nanos() + LEASE.toNanos(), time.nanos()))
        .isInstanceOf(RejectedExecutionException.class);
    time.advance(Duration.ofSeconds(6));
    assertThat(buckets.throttle("api").tryAcquire()).isNull();
  }

  private static int takeOne(Throttle throttle) {
    Permit permit = throttle.tryAcquire();
    if (permit == null) {
      return 0;
    }
    permit.close();
    return 1;
  }
}
