package dev.throttle.remote.server;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.contract.LeaseStoreContract;
import java.time.Duration;

/** The ledger behind the server keeps the contract of all, and answers as that in memory. */
class HttpContractTest extends LeaseStoreContract {

  @Override
  protected int histories() {
    return Integer.getInteger("throttle.histories", 2);
  }

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    RunningServer server = RunningServer.shared();
    server.replace(
        "kit",
        afterLoss
            ? MemoryLeaseStore.afterLoss(time, length)
            : MemoryLeaseStore.fresh(time, length));
    return server.store("kit").build();
  }
}
