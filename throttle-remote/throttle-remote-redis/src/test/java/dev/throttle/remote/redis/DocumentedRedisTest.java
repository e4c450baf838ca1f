package dev.throttle.remote.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.SharedBuckets;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The examples of the package and of docs/remote.md; {@code DocumentationTest} compares them. */
class DocumentedRedisTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void calls_are_granted_from_what_was_leased() {
    try (RealRedis redis = RealRedis.forgetful();
        Buckets buckets = Buckets.builder().build()) {
      String uri = redis.uri();
      beginLedger(uri);
      RedisLeaseStore store = RedisLeaseStore.at(uri).namespace("orders").build();
      SharedBuckets shared = SharedBuckets.of(store).maxCall(Duration.ofSeconds(30)).start();
      shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));

      CompletableFuture<Permit> permit = buckets.throttle("api.foo.com").acquireAsync();
      await().atMost(PATIENCE).until(permit::isDone);
      permit.join().close();
      SharedLimit half = new SharedLimit(300, Duration.ofMillis(60_001));
      store.change("api.foo.com", half);
      store.pause("api.foo.com", Duration.ofMinutes(5));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(buckets.bucket("api.foo.com").limit().permits()).isEqualTo(300));
      await()
          .atMost(PATIENCE)
          .until(() -> !buckets.bucket("api.foo.com").snapshot().pausedFor().isZero());
      store.pause("api.foo.com", Duration.ZERO);
      store.snapshot().thenAccept(ledger -> ledger.limits().forEach(System.out::println));
      await()
          .atMost(PATIENCE)
          .until(() -> buckets.bucket("api.foo.com").snapshot().pausedFor().isZero());

      shared.close();
      store.close();
    }
  }

  /** Otherwise the first call would have to wait until it has learned. */
  private static void beginLedger(String uri) {
    try (RedisLeaseStore store =
        RedisLeaseStore.at(uri).namespace("orders").timeout(PATIENCE).freshIfMissing().build()) {
      store
          .renew(new LeaseRequest("first", 1, "", List.of(), false, true))
          .toCompletableFuture()
          .join();
    }
  }
}
