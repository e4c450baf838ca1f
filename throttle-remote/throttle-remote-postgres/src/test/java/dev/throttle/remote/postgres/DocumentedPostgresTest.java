package dev.throttle.remote.postgres;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.SharedBuckets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The examples of the package and of docs/remote.md; {@code DocumentationTest} compares them. */
class DocumentedPostgresTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void calls_are_granted_from_what_was_leased() {
    RealPostgres postgres = RealPostgres.shared();
    try (Buckets buckets = Buckets.builder().build()) {
      String url = postgres.url("postgres");
      beginLedger(postgres.source());
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(url);
      config.setMaximumPoolSize(2);
      HikariDataSource dataSource = new HikariDataSource(config);
      PostgresLeaseStore store = PostgresLeaseStore.with(dataSource).namespace("orders").build();
      SharedBuckets shared = SharedBuckets.of(store).maxCall(Duration.ofSeconds(30)).start();
      shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));

      CompletableFuture<Permit> permit = buckets.throttle("api.foo.com").acquireAsync();
      await().atMost(PATIENCE).until(permit::isDone);
      permit.join().close();

      shared.close();
      store.close();
      dataSource.close();
    }
  }

  /** Otherwise the first call would have to wait until it has learned. */
  private static void beginLedger(DataSource source) {
    try (PostgresLeaseStore store =
        PostgresLeaseStore.with(source)
            .namespace("orders")
            .timeout(PATIENCE)
            .freshIfMissing()
            .build()) {
      store
          .renew(new LeaseRequest("first", 1, "", List.of(), false, true))
          .toCompletableFuture()
          .join();
    }
  }
}
