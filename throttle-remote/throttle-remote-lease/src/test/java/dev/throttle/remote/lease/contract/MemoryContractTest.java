package dev.throttle.remote.lease.contract;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import java.time.Duration;

/** The ledger in memory keeps the contract of all. */
class MemoryContractTest extends LeaseStoreContract {

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    return afterLoss
        ? MemoryLeaseStore.afterLoss(time, length)
        : MemoryLeaseStore.fresh(time, length);
  }
}
