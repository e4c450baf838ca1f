package dev.throttle.remote.redis;

import static dev.throttle.remote.redis.Accounts.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about a ledger in Redis; the rest is in the contract of all stores. */
class RedisLeaseStoreTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofSeconds(60));
  private static final Duration LOST = LEASE.plusSeconds(65);

  private static RealRedis shared;
  private static RedisClient client;
  private static StatefulRedisConnection<String, String> connection;

  private String namespace;
  private String epoch = "";
  private long number;

  @BeforeAll
  static void start() {
    shared = RealRedis.forgetful();
    client = RedisClient.create(shared.uri());
    connection = client.connect();
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    shared.close();
  }

  @BeforeEach
  void useANamespaceOfItsOwn(TestInfo test) {
    namespace = test.getDisplayName();
  }

  private RedisLeaseStore.Builder at(RealRedis redis) {
    return RedisLeaseStore.at(redis.uri()).namespace(namespace).timeout(PATIENCE).freshIfMissing();
  }

  private LeaseAnswer ask(LeaseStore store, String instance, int held, int wanted) {
    LeaseRequest.Account account = account("api", TEN, held, wanted);
    LeaseRequest request =
        new LeaseRequest(instance, ++number, epoch, List.of(account), false, false);
    return store.renew(request).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private int slots(LeaseStore store, String instance, int held, int wanted) {
    return ask(store, instance, held, wanted).leases().get(0).slots();
  }

  private static Throwable failureOf(Runnable asking) {
    Throwable failure = catchThrowable(asking::run);
    assertThat(failure)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RedisLeaseException.class);
    return failure.getCause();
  }

  private String key() {
    return "throttle:{" + namespace + "}";
  }

  // ---- data

  @Test
  void a_ledger_that_is_not_there_is_taken_for_lost() {
    try (LeaseStore store =
        RedisLeaseStore.at(shared.uri()).namespace(namespace).timeout(PATIENCE).build()) {
      assertThat(slots(store, "one", 0, 5)).isZero();
    }
  }

  @Test
  void a_script_that_is_flushed_is_sent_again() {
    try (LeaseStore store = at(shared).build()) {
      assertThat(slots(store, "one", 0, 5)).isEqualTo(5);
      connection.sync().scriptFlush();
      assertThat(slots(store, "one", 5, 6)).isEqualTo(6);
    }
  }

  @Test
  void after_a_restart_without_its_data_it_learns() {
    try (RealRedis redis = RealRedis.forgetful();
        LeaseStore store = at(redis).freshIfMissing().build();
        LeaseStore careful =
            RedisLeaseStore.at(redis.uri()).namespace(namespace).timeout(PATIENCE).build()) {
      epoch = ask(store, "one", 0, 6).epoch();
      redis.stop();
      redis.start();
      LeaseAnswer answer = askAgain(careful, "one", 6, 8);
      assertThat(answer.epoch()).isNotEqualTo(epoch);
      assertThat(answer.leases().get(0).slots()).isEqualTo(6);
      epoch = "";
      assertThat(slots(careful, "newcomer", 0, 4)).isZero();
    }
  }

  @Test
  void after_a_restart_with_its_data_it_learns_too_since_they_may_be_old(@TempDir Path folder) {
    try (RealRedis redis = RealRedis.durable(folder);
        LeaseStore store = at(redis).build()) {
      epoch = ask(store, "one", 0, 6).epoch();
      redis.stop();
      redis.start();
      LeaseAnswer answer = askAgain(store, "two", 1, 2);
      assertThat(answer.epoch()).isNotEqualTo(epoch);
      assertThat(answer.leases().get(0).slots()).as("not more than it holds").isEqualTo(1);
      assertThat(answer.instances()).as("the other is still known").isEqualTo(2);
    }
  }

  /** Asks until Lettuce has connected again. */
  private LeaseAnswer askAgain(LeaseStore store, String instance, int held, int wanted) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> ask(store, instance, held, wanted), answer -> true);
  }

  @Test
  void data_that_cannot_be_read_are_as_good_as_lost() {
    RedisCommands<String, String> redis = connection.sync();
    try (LeaseStore store = at(shared).build()) {
      slots(store, "one", 0, 3);
      for (String field : List.of("ledger", "instances", "account:api")) {
        for (String damaged : List.of("", "text", "7", "\u0001", "{}")) {
          number = 0;
          redis.del(key());
          assertThat(slots(store, "one", 0, 3)).isEqualTo(3);
          redis.hset(key(), field, damaged);
          assertThat(slots(store, "one", 0, 3)).as("%s is %s", field, damaged).isZero();
        }
      }
      redis.hdel(key(), "ledger");
      assertThat(slots(store, "one", 0, 3)).isZero();
    }
  }

  @Test
  void a_key_of_others_is_left_alone() {
    connection.sync().set(key(), "of others");
    try (LeaseStore store = at(shared).build()) {
      assertThat(failureOf(() -> ask(store, "one", 0, 3)))
          .hasMessageContaining("refused: WRONGTYPE")
          .hasMessageContaining("Fix: choose another namespace");
    }
    assertThat(connection.sync().get(key())).isEqualTo("of others");
  }

  @Test
  void nothing_stays_for_ever() {
    AtomicLong micros = new AtomicLong(1_000_000);
    RedisCommands<String, String> redis = connection.sync();
    try (LeaseStore store = at(shared).time(micros::get).build()) {
      ask(store, "one", 0, 3);
      assertThat(redis.pttl(key())).isBetween(1L, Duration.ofDays(31).toMillis());
      micros.addAndGet(TimeUnit.DAYS.toMicros(2));
      SharedLimit other = new SharedLimit(3, Duration.ZERO);
      for (int i = 1; i <= 64; i++) {
        LeaseRequest.Account account = account("other", other, 0, 1);
        store
            .renew(new LeaseRequest("two", i, "", List.of(account), false, false))
            .toCompletableFuture()
            .join();
      }
    }
    assertThat(redis.hkeys(key()))
        .containsExactlyInAnyOrder("ledger", "instances", "answer:two", "account:other");
  }

  @Test
  void names_may_be_anything_that_people_write() {
    String name = "it's \"é\" {x}%20+\\ 漢字";
    try (RedisLeaseStore store = at(shared).build()) {
      LeaseRequest request =
          new LeaseRequest(name, 1, "", List.of(account(name, TEN, 0, 3)), false, false);
      store.renew(request).toCompletableFuture().join();
      LedgerSnapshot.OfLimit seen = store.snapshot().toCompletableFuture().join().limits().get(0);
      assertThat(seen.name()).isEqualTo(name);
      assertThat(seen.shares().get(0).instance()).isEqualTo(name);
    }
  }

  @Test
  void a_clock_that_is_set_back_makes_leases_longer_and_not_shorter() {
    AtomicLong micros = new AtomicLong(TimeUnit.DAYS.toMicros(1));
    try (LeaseStore store = at(shared).time(micros::get).build()) {
      assertThat(slots(store, "crashed", 0, 10)).isEqualTo(10);
      micros.addAndGet(-TimeUnit.HOURS.toMicros(5));
      assertThat(slots(store, "two", 0, 10)).isZero();
      for (long left = LOST.toSeconds(); left > 0; left--) {
        micros.addAndGet(TimeUnit.SECONDS.toMicros(1) - (left == 1 ? 1 : 0));
        assertThat(slots(store, "two", 0, 10)).as("%s s before", left).isZero();
      }
      micros.addAndGet(1);
      assertThat(slots(store, "two", 0, 10)).isEqualTo(10);
    }
  }

  @Test
  void a_clock_that_is_set_back_and_put_right_frees_nothing_too_early() {
    AtomicLong micros = new AtomicLong(TimeUnit.DAYS.toMicros(1));
    try (LeaseStore store = at(shared).time(micros::get).build()) {
      assertThat(slots(store, "crashed", 0, 10)).isEqualTo(10);
      micros.addAndGet(TimeUnit.SECONDS.toMicros(1) - TimeUnit.HOURS.toMicros(1));
      assertThat(slots(store, "two", 0, 10)).isZero();
      micros.addAndGet(TimeUnit.MINUTES.toMicros(30));
      assertThat(slots(store, "two", 0, 10)).as("half of the way").isZero();
      micros.addAndGet(TimeUnit.SECONDS.toMicros(1) + TimeUnit.MINUTES.toMicros(30));
      assertThat(slots(store, "two", 0, 10)).as("2 s after all were lent").isZero();
      micros.addAndGet(LOST.minusSeconds(2).toNanos() / 1_000);
      assertThat(slots(store, "two", 0, 10)).isEqualTo(10);
    }
  }

  // ---- failures

  @Test
  void a_wrong_password_is_said_and_not_repeated() {
    try (RealRedis redis = RealRedis.with("save \"\"", "requirepass right-secret");
        LeaseStore store =
            RedisLeaseStore.at("redis://:wrong-secret@127.0.0.1:" + redis.port())
                .timeout(PATIENCE)
                .build()) {
      Throwable failure = failureOf(() -> ask(store, "one", 0, 3));
      assertThat(failure)
          .hasMessageContaining("Redis at 127.0.0.1:" + redis.port() + " refused: WRONGPASS")
          .hasMessageContaining("Fix: give the right user and password in the URI");
      assertThat(Throwables.getStackTrace(failure)).doesNotContain("secret");
    }
  }

  @Test
  void a_missing_password_is_said() {
    try (RealRedis redis = RealRedis.with("save \"\"", "requirepass right-secret");
        LeaseStore store = at(redis).build()) {
      assertThat(failureOf(() -> ask(store, "one", 0, 3)))
          .hasMessageContaining("NOAUTH")
          .hasMessageContaining("Fix: give the right user and password");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:secret@host:port:7",
        "redis://:sec ret@host",
        "redis://:sec#ret@host",
        "redis://:sec/ret@host",
        "http://:secret@host",
        "redis-sentinel://:secret@host",
        "secret",
      })
  void a_uri_that_cannot_be_read_is_not_repeated(String uri) {
    Throwable failure = catchThrowable(() -> RedisLeaseStore.at(uri));
    assertThat(failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Fix: write redis://HOST:PORT");
    String trace = Throwables.getStackTrace(failure);
    assertThat(trace.substring(0, trace.indexOf("\n"))).doesNotContain("sec", "ret@");
    assertThat(failure).hasNoCause();
  }

  @Test
  void it_connects_when_redis_is_there_at_last() {
    try (RealRedis redis = RealRedis.forgetful()) {
      redis.stop();
      try (LeaseStore store = at(redis).build()) {
        assertThat(failureOf(() -> ask(store, "one", 0, 3)))
            .hasMessageContaining("Redis at 127.0.0.1:" + redis.port() + " cannot be reached");
        redis.start();
        assertThat(slots(store, "one", 0, 3)).isEqualTo(3);
      }
    }
  }

  @Test
  void who_does_not_answer_is_not_waited_for() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LeaseStore store =
            RedisLeaseStore.at("redis://127.0.0.1:" + silent.getLocalPort())
                .timeout(Duration.ofMillis(200))
                .build()) {
      assertThat(failureOf(() -> ask(store, "one", 0, 3)))
          .hasMessageContaining("did not answer within PT0.2S. Leases go on until they end. Fix:");
    }
  }

  @Test
  void a_user_who_may_not_ask_for_INFO_can_use_it_all_the_same() {
    connection
        .sync()
        .aclSetuser(
            "app",
            io.lettuce.core.AclSetuserArgs.Builder.on()
                .addPassword("pw")
                .keyPattern("throttle:*")
                .allCommands()
                .removeCommand(io.lettuce.core.protocol.CommandType.INFO));
    try (LeaseStore store =
        RedisLeaseStore.at("redis://app:pw@127.0.0.1:" + shared.port())
            .namespace(namespace)
            .timeout(PATIENCE)
            .freshIfMissing()
            .build()) {
      assertThat(slots(store, "one", 0, 3)).isEqualTo(3);
      assertThat(connection.sync().hget(key(), "ledger")).contains("unknown");
    }
  }

  @Test
  void who_may_not_ask_for_INFO_and_who_may_share_one_ledger() {
    connection
        .sync()
        .aclSetuser(
            "another",
            io.lettuce.core.AclSetuserArgs.Builder.on()
                .addPassword("pw")
                .keyPattern("throttle:*")
                .allCommands()
                .removeCommand(io.lettuce.core.protocol.CommandType.INFO));
    try (LeaseStore knows = at(shared).build();
        LeaseStore other =
            RedisLeaseStore.at("redis://another:pw@127.0.0.1:" + shared.port())
                .namespace(namespace)
                .timeout(PATIENCE)
                .build()) {
      String epoch = ask(knows, "one", 0, 3).epoch();
      assertThat(ask(other, "two", 0, 3).epoch()).isEqualTo(epoch);
      assertThat(ask(knows, "one", 3, 3).epoch()).isEqualTo(epoch);
    }
  }

  // ---- connections

  @Test
  void closing_ends_only_what_it_has_opened() {
    LeaseStore first = RedisLeaseStore.with(connection).namespace(namespace).build();
    ask(first, "one", 0, 3);
    first.close();
    LeaseStore second =
        RedisLeaseStore.with(client, RedisURI.create(shared.uri()))
            .namespace(namespace)
            .timeout(PATIENCE)
            .build();
    ask(second, "one", 0, 3);
    int clients = clients();
    second.close();
    await().atMost(PATIENCE).until(() -> clients() == clients - 1);
    LeaseStore third = at(shared).build();
    ask(third, "one", 0, 3);
    third.close();
    await().atMost(PATIENCE).until(() -> clients() == clients - 1);
    assertThat(connection.sync().ping()).isEqualTo("PONG");
    assertThat(failureOf(() -> ask(third, "one", 0, 3))).hasMessage("this store is closed.");
  }

  private static int clients() {
    return connection.sync().clientList().split("\n").length;
  }

  @Test
  void the_last_word_of_who_leaves_is_heard() {
    LeaseStore store = at(shared).build();
    ask(store, "one", 0, 10);
    LeaseRequest.Account account = account("api", TEN, 0, 0);
    store.renew(new LeaseRequest("one", ++number, "", List.of(account), false, true));
    store.close();
    try (LeaseStore other = at(shared).build()) {
      assertThat(slots(other, "two", 0, 10)).isEqualTo(10);
    }
  }

  @Test
  void a_cluster_has_a_namespace_on_one_node() {
    try (RealRedis redis =
        RealRedis.with(
            "save \"\"", "cluster-enabled yes", "cluster-config-file " + clusterFile())) {
      RedisClient single = RedisClient.create(redis.uri());
      RedisCommands<String, String> node = single.connect().sync();
      node.clusterAddSlots(IntStream.range(0, 16_384).toArray());
      await().atMost(PATIENCE).until(() -> node.clusterInfo().contains("cluster_state:ok"));
      single.shutdown();

      RedisClusterClient cluster = RedisClusterClient.create(redis.uri());
      try (LeaseStore store =
          RedisLeaseStore.with(cluster)
              .namespace(namespace)
              .timeout(PATIENCE)
              .freshIfMissing()
              .build()) {
        assertThat(slots(store, "one", 0, 3)).isEqualTo(3);
        try (LeaseStore other =
            RedisLeaseStore.with(cluster.connect())
                .namespace(namespace)
                .timeout(PATIENCE)
                .build()) {
          assertThat(slots(other, "two", 0, 9)).isEqualTo(7);
        }
      } finally {
        cluster.shutdown();
      }
    }
  }

  @TempDir private static Path clusterFolder;

  private static Path clusterFile() {
    return clusterFolder.resolve("nodes.conf");
  }

  // ---- what a builder refuses

  @Test
  void a_builder_refuses_what_makes_no_sense() {
    RedisLeaseStore.Builder builder = RedisLeaseStore.at("redis://localhost");
    assertThatThrownBy(() -> builder.namespace("a{b}"))
        .hasMessage("a namespace must not be blank nor have braces, but was 'a{b}'.");
    assertThatThrownBy(() -> builder.length(Duration.ZERO))
        .hasMessage("length must be more than PT0S, but was PT0S");
    assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(-1)))
        .hasMessage("timeout must be more than PT0S, but was PT-1S");
  }
}
