package dev.throttle.remote.server;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.contract.LeaseStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ledger behind the server keeps the contract of all, and answers as that in memory. */
class HttpContractTest extends LeaseStoreContract {

  private static RunningServer server;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            "throttle.buckets.server/all.limit=1000000",
            "throttle.buckets.server/client.limit=1000000");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected int histories() {
    return Integer.getInteger("throttle.histories", 6);
  }

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    server.replace(
        "shop",
        afterLoss ? MemoryLeaseStore.afterLoss(time, length) : MemoryLeaseStore.fresh(time, length));
    return server.store("all").build();
  }
}
