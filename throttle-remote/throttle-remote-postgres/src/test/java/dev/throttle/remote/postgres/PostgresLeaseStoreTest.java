package dev.throttle.remote.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.AutoSave;

/** What is special about a ledger in PostgreSQL; the rest is in the contract of all stores. */
class PostgresLeaseStoreTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofSeconds(60));
  private static final Duration MAX_CALL = Duration.ofSeconds(5);
  private static final Duration LOST = LEASE.plus(MAX_CALL).plusSeconds(60);

  private static final RealPostgres POSTGRES = RealPostgres.shared();

  private static HikariDataSource pool;

  private String namespace;
  private String epoch = "";
  private long number;

  @BeforeAll
  static void start() {
    pool = POSTGRES.pool();
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  @BeforeEach
  void useANamespaceOfItsOwn() {
    namespace = UUID.randomUUID().toString();
  }

  private PostgresLeaseStore.Builder at(DataSource source) {
    return PostgresLeaseStore.with(source).namespace(namespace).timeout(PATIENCE).freshIfMissing();
  }

  private LeaseRequest request(String instance, int held, int wanted, boolean leaving) {
    LeaseRequest.Use use = new LeaseRequest.Use(held, 0, wanted, 1);
    return new LeaseRequest(
        instance,
        ++number,
        epoch,
        List.of(new LeaseRequest.Account("api", TEN, 0, MAX_CALL, held, use, Duration.ZERO)),
        false,
        leaving);
  }

  private LeaseAnswer ask(LeaseStore store, String instance, int held, int wanted) {
    return store
        .renew(request(instance, held, wanted, false))
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  private int slots(LeaseStore store, String instance, int held, int wanted) {
    return ask(store, instance, held, wanted).leases().get(0).slots();
  }

  private Throwable failureOf(LeaseStore store) {
    Throwable failure = catchThrowable(() -> ask(store, "one", 0, 3));
    assertThat(failure)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(PostgresLeaseException.class);
    return failure.getCause();
  }

  private String where() {
    return " WHERE namespace = '" + namespace + "'";
  }

  /** Returns a source of connections of a user who may do what is granted. */
  private static DataSource userWith(String user, String... grants) {
    POSTGRES.query("CREATE USER " + user);
    for (String grant : grants) {
      POSTGRES.query(grant);
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(POSTGRES.url(user));
    return source;
  }

  // ---- many at once

  /**
   * Each instance counts what it holds: more from when it hears of it, less before it says so. The
   * sum of that is never above the limit, whoever of them asks by which store.
   */
  @Test
  void stores_that_race_never_lend_more_than_there_is() throws InterruptedException {
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger lent = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    try (LeaseStore one = at(pool).build();
        LeaseStore other = at(pool).build()) {
      List<Thread> instances = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        LeaseStore store = i % 2 == 0 ? one : other;
        String name = "instance " + i;
        Random dice = new Random(i);
        instances.add(
            new Thread(
                () -> {
                  int mine = 0;
                  for (int n = 1; n <= 50; n++) {
                    int kept = dice.nextInt(mine + 1);
                    held.addAndGet(kept - mine);
                    int wanted = dice.nextInt(8);
                    LeaseRequest.Use use = new LeaseRequest.Use(kept, 0, wanted, 1);
                    int slots =
                        store
                            .renew(
                                new LeaseRequest(
                                    name,
                                    n,
                                    "",
                                    List.of(
                                        new LeaseRequest.Account(
                                            "api", TEN, 0, MAX_CALL, kept, use, Duration.ZERO)),
                                    false,
                                    false))
                            .toCompletableFuture()
                            .join()
                            .leases()
                            .get(0)
                            .slots();
                    mine = Math.max(kept, slots);
                    int now = held.addAndGet(mine - kept);
                    most.accumulateAndGet(now, Math::max);
                    lent.addAndGet(mine - kept);
                  }
                }));
      }
      for (Thread instance : instances) {
        instance.setUncaughtExceptionHandler(
            (thread, failure) -> {
              synchronized (failures) {
                failures.add(failure);
              }
            });
        instance.start();
      }
      for (Thread instance : instances) {
        instance.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(most.get()).isBetween(5, 10);
    assertThat(lent.get()).isGreaterThan(100);
  }

  @Test
  void stores_that_begin_at_once_begin_the_same_ledger_in_one_table() {
    POSTGRES.query("DROP TABLE IF EXISTS throttle_ledger");
    List<PostgresLeaseStore> stores = new ArrayList<>();
    List<CompletableFuture<LedgerSnapshot>> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      stores.add(at(POSTGRES.source()).build());
    }
    stores.forEach(store -> seen.add(store.snapshot().toCompletableFuture()));
    assertThat(seen.stream().map(each -> each.join().epoch()).distinct()).hasSize(1);
    stores.forEach(PostgresLeaseStore::close);
  }

  // ---- data

  @Test
  void a_ledger_that_is_not_there_is_taken_for_lost() {
    try (LeaseStore store =
        PostgresLeaseStore.with(pool).namespace(namespace).timeout(PATIENCE).build()) {
      assertThat(slots(store, "one", 0, 5)).isZero();
    }
  }

  @Test
  void the_time_is_that_of_the_server() {
    try (LeaseStore store = at(pool).build()) {
      ask(store, "one", 0, 5);
    }
    String seconds =
        "SELECT abs((document->>'seen')::numeric / 1000000000"
            + " - extract(epoch FROM clock_timestamp())) < 60 FROM throttle_ledger";
    assertThat(POSTGRES.query(seconds + where())).isEqualTo("t");
  }

  @Test
  void names_may_be_anything_that_people_write() {
    String name = "it's \"é\" {x}\\ 漢字";
    LeaseRequest.Account account =
        new LeaseRequest.Account(
            name,
            TEN,
            0,
            MAX_CALL,
            0,
            new LeaseRequest.Use(0, 0, 3, 1),
            Duration.ofNanos(1_234_567));
    try (PostgresLeaseStore store = at(pool).namespace(name).build()) {
      LeaseRequest request = new LeaseRequest(name, 7, "", List.of(account), false, false);
      LeaseAnswer answer = store.renew(request).toCompletableFuture().join();
      assertThat(answer.leases())
          .containsExactly(new LeaseAnswer.Lease(name, 3, TEN, 1, Duration.ofNanos(1_234_567)));
      assertThat(store.renew(request).toCompletableFuture().join())
          .as("as it was written down")
          .isEqualTo(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'7'",
        "'\"text\"'",
        "'{}'",
        "document - 'seen'",
        "jsonb_set(document, '{seen}', 'null')",
        "jsonb_set(document, '{state,accounts,api}', 'null')",
        "jsonb_set(document, '{state,accounts,api,longestCall}', '\"long\"')",
        "jsonb_set(document, '{state,accounts,api,limit,permits}', '0')",
        "jsonb_set(document, '{state,accounts,api,holdings,one,held}', '-1')",
        "document #- '{state,accounts,api,holdings,one,maxCall}'",
        "document #- '{state,instances,one}'",
      })
  void data_that_cannot_be_read_are_as_good_as_lost(String damaged) {
    try (LeaseStore store = at(pool).build()) {
      assertThat(slots(store, "one", 0, 3)).isEqualTo(3);
      assertThat(slots(store, "one", 3, 4)).isEqualTo(4);
      POSTGRES.query("UPDATE throttle_ledger SET document = " + damaged + where());
      assertThat(slots(store, "one", 0, 3)).isZero();
    }
  }

  @Test
  void a_clock_that_is_set_back_and_put_right_frees_nothing_too_early() {
    AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(1));
    try (LeaseStore store = at(pool).clock(nanos::get).build()) {
      assertThat(slots(store, "crashed", 0, 10)).isEqualTo(10);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) - TimeUnit.HOURS.toNanos(5));
      assertThat(slots(store, "two", 0, 10)).isZero();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) + TimeUnit.HOURS.toNanos(5));
      assertThat(slots(store, "two", 0, 10)).as("2 s after all were lent").isZero();
      nanos.addAndGet(LOST.minusSeconds(2).toNanos());
      assertThat(slots(store, "two", 0, 10)).isEqualTo(10);
    }
  }

  @Test
  void a_driver_that_makes_subtransactions_is_no_loss() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(POSTGRES.url("postgres"));
    source.setAutosave(AutoSave.ALWAYS);
    try (LeaseStore store = at(source).build();
        LeaseStore other = at(pool).build()) {
      epoch = ask(store, "one", 0, 1).epoch();
      assertThat(ask(store, "one", 1, 1).epoch()).isEqualTo(epoch);
      assertThat(ask(other, "one", 1, 1).epoch()).isEqualTo(epoch);
      assertThat(ask(store, "one", 1, 1).epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void a_row_that_was_dumped_and_put_back_is_as_good_as_lost() {
    try (LeaseStore store = at(pool).build()) {
      epoch = ask(store, "one", 0, 1).epoch();
      POSTGRES.query("DROP TABLE IF EXISTS dumped");
      POSTGRES.query("CREATE TABLE dumped AS SELECT * FROM throttle_ledger" + where());
      LeaseAnswer all = ask(store, "one", 1, 10);
      assertThat(all.leases().get(0).slots()).isEqualTo(10);
      assertThat(all.epoch()).as("nothing has happened to it yet").isEqualTo(epoch);
      POSTGRES.query("DELETE FROM throttle_ledger" + where());
      POSTGRES.query("INSERT INTO throttle_ledger SELECT * FROM dumped");
      LeaseAnswer other = ask(store, "two", 0, 9);
      assertThat(other.leases().get(0).slots()).as("one has all ten").isZero();
      assertThat(other.epoch()).isNotEqualTo(epoch);
      assertThat(ask(store, "two", 0, 9).epoch()).as("once").isEqualTo(other.epoch());
    }
  }

  @Test
  void
      a_row_that_is_put_back_again_is_lost_again_also_for_a_user_who_may_not_ask_about_the_server() {
    POSTGRES.query("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public");
    DataSource source =
        userWith("twice", "GRANT SELECT, INSERT, UPDATE ON TABLE throttle_ledger TO twice");
    try (LeaseStore store = at(source).build()) {
      epoch = ask(store, "one", 0, 1).epoch();
      for (int i = 0; i < 2; i++) {
        POSTGRES.query("DROP TABLE IF EXISTS dumped");
        POSTGRES.query("CREATE TABLE dumped AS SELECT * FROM throttle_ledger" + where());
        POSTGRES.query("DELETE FROM throttle_ledger" + where());
        POSTGRES.query("INSERT INTO throttle_ledger SELECT * FROM dumped");
        LeaseAnswer other = ask(store, "two", 0, 9);
        assertThat(other.epoch()).as("put back " + i).isNotEqualTo(epoch);
        epoch = other.epoch();
      }
    } finally {
      POSTGRES.query("GRANT EXECUTE ON FUNCTION pg_control_system() TO public");
    }
  }

  @Test
  void what_the_server_does_to_its_table_is_no_loss() {
    try (LeaseStore store = at(pool).build()) {
      epoch = ask(store, "one", 0, 3).epoch();
      for (String tidying : List.of("VACUUM FREEZE", "VACUUM FULL", "ANALYZE")) {
        POSTGRES.query(tidying + " throttle_ledger");
        assertThat(ask(store, "one", 3, 3).epoch()).as(tidying).isEqualTo(epoch);
      }
    }
  }

  // ---- in which schema

  /** Returns connections of a user who has a schema of that name, in a database of its own. */
  private static PGSimpleDataSource userWithASchema(String user, String database) {
    POSTGRES.query("CREATE USER " + user);
    PGSimpleDataSource admin = in(database, "postgres");
    POSTGRES.query(admin, "CREATE SCHEMA " + user + " AUTHORIZATION " + user);
    return in(database, user);
  }

  private static PGSimpleDataSource in(String database, String user) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(POSTGRES.url(user));
    source.setDatabaseName(database);
    return source;
  }

  @Test
  void users_with_schemas_of_their_own_share_one_table() {
    POSTGRES.query("CREATE DATABASE two_users");
    PGSimpleDataSource orders = userWithASchema("orders", "two_users");
    PGSimpleDataSource billing = userWithASchema("billing", "two_users");
    try (LeaseStore first = at(orders).build();
        LeaseStore second = at(billing).build()) {
      assertThat(slots(first, "orders", 0, 10)).isEqualTo(10);
      assertThat(failureOf(second)).hasMessageContaining("permission denied for table");
      POSTGRES.query(
          in("two_users", "postgres"),
          "GRANT SELECT, INSERT, UPDATE ON throttle_ledger TO billing");
      assertThat(slots(second, "billing", 0, 10)).isZero();
    }
  }

  @Test
  void a_user_who_sees_only_a_schema_of_his_own_is_told_to_name_one_of_all() {
    POSTGRES.query("CREATE DATABASE own_only");
    PGSimpleDataSource loner = userWithASchema("loner", "own_only");
    POSTGRES.query("ALTER USER loner SET search_path = \"$user\"");
    try (LeaseStore store = at(loner).build()) {
      assertThat(failureOf(store))
          .hasMessageContaining(
              "the search_path has no schema that this user may use and that is not his alone. Fix:"
                  + " name a schema that all users of the ledger share");
    }
    loner.setCurrentSchema("loner");
    try (LeaseStore store = at(loner).build()) {
      assertThat(slots(store, "one", 0, 3)).as("who names it means it").isEqualTo(3);
    }
  }

  // ---- who may do what

  @Test
  void without_the_right_to_make_the_table_it_says_what_to_do() {
    POSTGRES.query("CREATE SCHEMA empty");
    DataSource source = userWith("stranger", "ALTER USER stranger SET search_path = empty");
    try (LeaseStore store = at(source).build()) {
      assertThat(failureOf(store))
          .hasMessageContaining("PostgreSQL refused: the search_path has no schema")
          .hasMessageEndingWith("or make the table in one by: " + LedgerTable.CREATE + ".");
    }
    try (LeaseStore store = at(userWith("reader")).build()) {
      ask(at(pool).build(), "one", 0, 1);
      assertThat(failureOf(store))
          .hasMessageContaining("permission denied for table throttle_ledger")
          .hasMessageContaining("Fix: allow the user SELECT, INSERT and UPDATE");
    }
  }

  @Test
  void a_user_who_may_not_ask_about_the_server_can_use_it_all_the_same() {
    try (LeaseStore store = at(pool).build()) {
      ask(store, "one", 0, 1);
    }
    String life = "SELECT document->>'life' FROM throttle_ledger" + where();
    String known = POSTGRES.query(life);
    assertThat(known).isNotEmpty();
    POSTGRES.query("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public");
    DataSource source =
        userWith("app", "GRANT SELECT, INSERT, UPDATE ON TABLE throttle_ledger TO app");
    try (LeaseStore store = at(source).build()) {
      assertThat(slots(store, "two", 0, 3)).isEqualTo(3);
      assertThat(POSTGRES.query(life)).as("who does not know says nothing").isEqualTo(known);
      assertThat(slots(store, "two", 3, 4)).isEqualTo(4);
    } finally {
      POSTGRES.query("GRANT EXECUTE ON FUNCTION pg_control_system() TO public");
    }
  }

  // ---- failures

  @Test
  void who_holds_the_lock_for_too_long_is_not_waited_for() throws SQLException {
    try (LeaseStore store = at(pool).build()) {
      ask(store, "one", 0, 1);
    }
    try (Connection other = POSTGRES.source().getConnection();
        Statement statement = other.createStatement();
        LeaseStore store = at(pool).timeout(Duration.ofMillis(300)).build()) {
      other.setAutoCommit(false);
      statement.execute("SELECT * FROM throttle_ledger" + where() + " FOR UPDATE");
      assertThat(failureOf(store))
          .hasMessageContaining("PostgreSQL did not answer within PT0.3S. Leases go on until they")
          .hasMessageContaining("Fix:");
    }
  }

  @Test
  void a_store_that_hangs_in_the_midst_does_not_keep_the_others_waiting() {
    CountDownLatch over = new CountDownLatch(1);
    try (LeaseStore hanging =
            at(POSTGRES.source())
                .timeout(Duration.ofMillis(300))
                .clock(
                    () -> {
                      awaitQuietly(over);
                      return 1;
                    })
                .build();
        LeaseStore store = at(pool).build()) {
      ask(store, "one", 0, 1);
      assertThat(failureOf(hanging)).hasMessageContaining("did not answer within PT0.3S");
      assertThat(slots(store, "one", 1, 3)).isEqualTo(3);
      over.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void nobody_is_blocked_where_there_is_no_thread_or_no_server() {
    try (LeaseStore store = at(pool).executor(task -> {}).timeout(Duration.ofMillis(50)).build();
        LeaseStore refusing =
            at(pool)
                .executor(
                    task -> {
                      throw new RejectedExecutionException("no thread left");
                    })
                .build()) {
      assertThat(failureOf(store)).hasMessageContaining("did not answer within PT0.05S");
      assertThat(failureOf(refusing)).hasMessageContaining("no thread left");
    }
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/postgres?password=secret");
    try (LeaseStore store = at(nowhere).build()) {
      assertThat(failureOf(store))
          .hasMessageContaining("PostgreSQL cannot be reached: Connection to 127.0.0.1:1 refused")
          .hasMessageNotContainingAny("secret", "..");
    }
  }

  @Test
  void who_may_only_read_is_told_to_name_the_primary() {
    ask(at(pool).build(), "one", 0, 1);
    PGSimpleDataSource replica = new PGSimpleDataSource();
    replica.setUrl(POSTGRES.url("postgres") + "&options=-c%20default_transaction_read_only=on");
    try (LeaseStore store = at(replica).build()) {
      assertThat(failureOf(store)).hasMessageContaining("Fix: name the primary");
    }
  }

  @Test
  void after_a_failure_the_pool_has_its_connections_as_they_were() throws SQLException {
    try (LeaseStore store = at(pool).build()) {
      ask(store, "one", 0, 1);
      ask(store, "one", 1, 1);
      long last = number;
      number = 0;
      assertThatThrownBy(() -> ask(store, "one", 0, 1))
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
      number = last;
      assertThat(slots(store, "one", 1, 2)).isEqualTo(2);
    }
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    try (Connection connection = pool.getConnection()) {
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.getNetworkTimeout()).isZero();
    }
  }

  // ---- at the end

  @Test
  void the_last_word_of_who_leaves_is_heard() {
    PostgresLeaseStore store = at(pool).build();
    ask(store, "one", 0, 10);
    store.renew(request("one", 0, 0, true));
    store.close();
    assertThat(failureOf(store)).hasMessage("this store is closed.");
    try (LeaseStore other = at(pool).build()) {
      assertThat(slots(other, "two", 0, 10)).isEqualTo(10);
    }
  }

  @Test
  void a_builder_refuses_what_makes_no_sense() {
    PostgresLeaseStore.Builder builder = PostgresLeaseStore.with(pool);
    assertThatThrownBy(() -> builder.namespace(" ")).hasMessage("a namespace must not be blank.");
    assertThatThrownBy(() -> builder.length(Duration.ZERO))
        .hasMessage("length must be more than PT0S, but was PT0S");
    assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(-1)))
        .hasMessage("timeout must be more than PT0S, but was PT-1S");
  }
}
