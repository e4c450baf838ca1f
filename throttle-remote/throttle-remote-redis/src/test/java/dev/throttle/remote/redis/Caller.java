package dev.throttle.remote.redis;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedBuckets;
import java.time.Duration;
import java.util.function.LongConsumer;

/** An instance that calls a provider as often as it may, in real time. */
final class Caller implements AutoCloseable {

  static final Limit LIMIT = Limit.of(20, Duration.ofMillis(250));
  static final Duration LEASE = Duration.ofSeconds(1);

  private final Buckets buckets = Buckets.builder().build();
  private final Throttle throttle;
  private final SharedBuckets shared;
  private final LongConsumer provider;
  private volatile boolean ended;

  Caller(LeaseStore store, LongConsumer provider) {
    this.provider = provider;
    shared =
        SharedBuckets.of(store)
            .refresh(Duration.ofMillis(100))
            .maxCall(Duration.ofMillis(250))
            .start();
    shared.share(buckets.define("api", LIMIT));
    throttle = buckets.throttle("api");
    for (int i = 0; i < 30; i++) {
      call();
    }
  }

  private void call() {
    if (!ended) {
      throttle.acquireAsync().thenAccept(this::send);
    }
  }

  private void send(Permit permit) {
    provider.accept(System.nanoTime());
    TimeSource.system()
        .schedule(
            1_000_000,
            () -> {
              permit.close();
              call();
            });
  }

  @Override
  public void close() {
    ended = true;
    shared.close();
    buckets.close();
  }
}
