package dev.throttle.remote.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.contract.LeaseStoreContract;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ledger in PostgreSQL keeps the contract of all, and answers as that in memory. */
class PostgresContractTest extends LeaseStoreContract {

  private static HikariDataSource pool;

  @BeforeAll
  static void start() {
    pool = RealPostgres.shared().pool();
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  /** The rules are those of the ledger in memory; what may go wrong is how it is written down. */
  @Override
  protected int histories() {
    return Integer.getInteger("throttle.histories", 10);
  }

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    PostgresLeaseStore.Builder builder =
        PostgresLeaseStore.with(pool)
            .namespace(UUID.randomUUID().toString())
            .length(length)
            .timeout(Duration.ofSeconds(10))
            .clock(time::nanos);
    return (afterLoss ? builder : builder.freshIfMissing()).build();
  }
}
