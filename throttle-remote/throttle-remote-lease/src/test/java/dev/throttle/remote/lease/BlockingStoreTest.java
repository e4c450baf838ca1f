package dev.throttle.remote.lease;

import static dev.throttle.remote.lease.Jvm.TEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A store that does not return: all that needs no answer goes on. */
class BlockingStoreTest {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, LEASE);
  private final List<LeaseRequest> requests = new ArrayList<>();

  private final Caller caller = new Caller();
  private final List<CompletableFuture<Permit>> asked = new ArrayList<>();

  /** A thread that calls the store, and may be blocked by it. */
  private static final class Caller implements Executor {
    final ArrayDeque<Runnable> blocked = new ArrayDeque<>();
    boolean blocks;

    @Override
    public void execute(Runnable task) {
      if (blocks) {
        blocked.add(task);
      } else {
        task.run();
      }
    }

    void unblock() {
      blocks = false;
      while (!blocked.isEmpty()) {
        blocked.remove().run();
      }
    }
  }

  private CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    requests.add(request);
    return ledger.renew(request);
  }

  private Throttle throttle(Unreachable policy, Caller caller) {
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    SharedBuckets.of(this::renew)
        .timeSource(time)
        .whenUnreachable(policy)
        .callers(caller)
        .start()
        .share(buckets.define("api", TEN));
    return buckets.throttle("api");
  }

  private void ask(Throttle throttle, int calls) {
    for (int i = 0; i < calls; i++) {
      asked.add(throttle.acquireAsync());
    }
  }

  private long granted() {
    return asked.stream().filter(CompletableFuture::isDone).count();
  }

  private static int leased(Throttle throttle) {
    return throttle.buckets().get(0).snapshot().limits().get(0).leased();
  }

  @Test
  void open_begins_all_the_same() {
    Throttle throttle = throttle(Unreachable.OPEN, caller);
    caller.blocks = true;
    ask(throttle, 20);
    time.advance(LEASE.multipliedBy(2));
    assertThat(granted()).isEqualTo(10);
    assertThat(caller.blocked).as("it is not called again before it returns").hasSize(1);
    caller.unblock();
    time.advance(Duration.ofSeconds(3));
    assertThat(requests.get(requests.size() - 1).accounts().get(0).held()).isEqualTo(10);
  }

  @Test
  void shares_begin_all_the_same() {
    Throttle throttle = throttle(Unreachable.SHARE, caller);
    throttle(Unreachable.SHARE, new Caller());
    time.advance(LEASE.multipliedBy(2));
    ask(throttle, 2);
    time.advance(Duration.ofSeconds(2));
    assertThat(leased(throttle)).isEqualTo(3);
    caller.blocks = true;
    time.advance(LEASE.plusSeconds(3));
    assertThat(leased(throttle)).isEqualTo(3);
    time.advance(Duration.ofSeconds(90 + 20));
    assertThat(leased(throttle)).isEqualTo(5);
  }

  @Test
  void no_more_is_granted_by_an_answer_to_what_was_asked_before_the_others_were_forgotten() {
    Caller slower = new Caller();
    Throttle one = throttle(Unreachable.SHARE, caller);
    Throttle other = throttle(Unreachable.SHARE, slower);
    time.advance(LEASE.multipliedBy(2));
    ask(one, 30);
    time.advance(Duration.ofSeconds(2));
    caller.blocks = true;
    slower.blocks = true;
    time.advance(Duration.ofMinutes(10));
    ask(other, 30);
    time.advance(Duration.ofSeconds(1));
    assertThat(other.buckets().get(0).inUse()).isEqualTo(5);
    asked.stream().filter(CompletableFuture::isDone).forEach(permit -> permit.join().close());
    caller.unblock();
    for (int i = 0; i < 40; i++) {
      time.advance(Duration.ofMillis(250));
      if (i == 10) {
        slower.unblock();
      }
      int inUse = one.buckets().get(0).inUse() + other.buckets().get(0).inUse();
      assertThat(inUse).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void one_that_only_takes_long_is_not_asked_again_before_it_has_answered() {
    Throttle throttle = throttle(Unreachable.WAIT, caller);
    caller.blocks = true;
    ask(throttle, 1);
    time.advance(Duration.ofSeconds(7));
    caller.unblock();
    assertThat(granted()).isEqualTo(1);
    assertThat(requests).hasSize(1);
  }
}
