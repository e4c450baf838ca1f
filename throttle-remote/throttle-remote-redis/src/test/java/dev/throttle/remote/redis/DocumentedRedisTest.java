package dev.throttle.remote.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.Bucket;
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
      beginLedger(uri, "orders");
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

  @Test
  void two_programs_share_a_limit_by_one_line_each() {
    try (RealRedis redis = RealRedis.forgetful();
        Buckets other = bucketsSharedBy(redis.uri())) {
      String uri = redis.uri();
      beginLedger(uri, "default");
      Limit limit = Limit.of(3, Duration.ofHours(1));
      other.define("api.foo.com", limit);
      try (Buckets buckets = Buckets.create()) {
        buckets.define("api.foo.com", limit).shared(uri);

        acquire(buckets, 2);
        acquire(other, 1);
        CompletableFuture<Permit> fourth = buckets.throttle("api.foo.com").acquireAsync();
        await().pollDelay(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> !fourth.isDone());
      }
    }
  }

  private static Buckets bucketsSharedBy(String uri) {
    Buckets buckets = Buckets.builder().shared(uri).build();
    return buckets;
  }

  private static void acquire(Buckets buckets, int calls) {
    for (int i = 0; i < calls; i++) {
      CompletableFuture<Permit> permit = buckets.throttle("api.foo.com").acquireAsync();
      await().atMost(PATIENCE).until(permit::isDone);
      permit.join().close();
    }
  }

  @Test
  void what_redis_cannot_use_is_refused_without_the_password() {
    try (Buckets buckets = Buckets.create()) {
      Bucket bucket = buckets.define("api.foo.com", Limit.of(3, Duration.ofHours(1)));
      assertThatThrownBy(() -> bucket.shared("redis://:pw@127.0.0.1:1", "me", "secret"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Redis at redis://127.0.0.1:1 knows no client id and secret. Write"
                  + " redis://USER:PASSWORD@HOST:PORT, and leave them out.");
    }
  }

  /** Otherwise the first call would have to wait until it has learned. */
  private static void beginLedger(String uri, String namespace) {
    try (RedisLeaseStore store =
        RedisLeaseStore.at(uri).namespace(namespace).timeout(PATIENCE).freshIfMissing().build()) {
      store
          .renew(new LeaseRequest("first", 1, "", List.of(), false, true))
          .toCompletableFuture()
          .join();
    }
  }
}
