package dev.throttle.remote.redis;

import static dev.throttle.remote.redis.Accounts.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisSentinel;

class SentinelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofSeconds(60));

  @TempDir private Path folder;
  private long number;

  private LeaseAnswer ask(LeaseStore store, int held, int wanted) {
    LeaseRequest.Account account = account("api", TEN, held, wanted);
    LeaseRequest request =
        new LeaseRequest("one", ++number, "known", List.of(account), false, false);
    return store.renew(request).toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }

  /** It has perhaps not heard all that the other had lent. */
  @Test
  void a_replica_that_takes_over_learns() throws IOException {
    try (RealRedis master = RealRedis.with("save \"\"", "requirepass pw", "masterauth pw");
        RealRedis replica =
            RealRedis.with(
                "save \"\"",
                "requirepass pw",
                "masterauth pw",
                "replicaof 127.0.0.1 " + master.port())) {
      RedisClient client = RedisClient.create();
      RedisCommands<String, String> second =
          client.connect(RedisURI.create("redis://:pw@127.0.0.1:" + replica.port())).sync();
      // A sentinel looks for replicas when it starts, and then only every ten seconds.
      await().atMost(PATIENCE).until(() -> second.info().contains("master_link_status:up"));
      int port = RealRedis.freePort();
      Path settings = folder.resolve("sentinel.conf");
      Files.write(
          settings,
          List.of(
              "bind 127.0.0.1",
              "port " + port,
              "sentinel monitor main 127.0.0.1 " + master.port() + " 1",
              "sentinel auth-pass main pw"));
      RedisSentinel sentinel =
          RedisSentinel.newRedisSentinel()
              .port(port)
              .configFile(settings.toString())
              .onShutdownForceStop(true)
              .build();
      sentinel.start();
      RedisSentinelCommands<String, String> commands =
          client.connectSentinel(RedisURI.create("127.0.0.1", port)).sync();
      try (LeaseStore store =
          RedisLeaseStore.at("redis-sentinel://:pw@127.0.0.1:" + port + "#main")
              .freshIfMissing()
              .build()) {
        LeaseAnswer before = ask(store, 0, 6);
        assertThat(before.leases().get(0).slots()).isEqualTo(6);
        await().atMost(PATIENCE).until(() -> second.exists("throttle:{default}") == 1);

        await().atMost(PATIENCE).until(() -> !commands.replicas("main").isEmpty());
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> commands.failover("main").equals("OK"));
        LeaseAnswer after =
            await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> ask(store, 2, 8), answer -> !answer.epoch().equals(before.epoch()));
        assertThat(after.leases().get(0).slots()).as("not more than it holds").isEqualTo(2);
      } finally {
        client.shutdown();
        sentinel.stop();
      }
    }
  }
}
