package dev.throttle.remote.lease;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Snapshot;
import dev.throttle.core.Throttle;
import dev.throttle.core.Unreachable;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A JVM that shares the bucket "api"; it counts what it asks of the store. */
final class Jvm implements LeaseStore {

  static final Limit TEN = Limit.of(10, Duration.ofMinutes(1));

  final Buckets buckets;
  final SharedBuckets shared;
  final List<CompletableFuture<Permit>> asked = new ArrayList<>();
  Throttle throttle;
  int requests;

  /** What it asks from now on. */
  LeaseStore store;

  Jvm(VirtualTime time, LeaseStore store, Limit limit) {
    this(time, store, limit, Duration.ofSeconds(1));
  }

  Jvm(VirtualTime time, LeaseStore store, Limit limit, Duration refresh) {
    this(time, store, limit, refresh, Unreachable.WAIT);
  }

  Jvm(VirtualTime time, LeaseStore store, Limit limit, Unreachable policy) {
    this(time, store, limit, Duration.ofSeconds(1), policy);
  }

  Jvm(VirtualTime time, LeaseStore store, Limit limit, Duration refresh, Unreachable policy) {
    this.store = store;
    buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    shared =
        SharedBuckets.of(this).timeSource(time).refresh(refresh).whenUnreachable(policy).start();
    shared.share(buckets.define("api", limit));
    throttle = buckets.throttle("api");
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    requests++;
    return store.renew(request);
  }

  Jvm ask(int calls) {
    for (int i = 0; i < calls; i++) {
      asked.add(throttle.acquireAsync());
    }
    return this;
  }

  long granted() {
    return granting().size();
  }

  void complete() {
    granting().forEach(one -> one.join().close());
  }

  private List<CompletableFuture<Permit>> granting() {
    return asked.stream().filter(one -> one.isDone() && !one.isCompletedExceptionally()).toList();
  }

  Snapshot snapshot() {
    return buckets.bucket("api").snapshot();
  }

  int leased() {
    return snapshot().limits().get(0).leased();
  }
}
