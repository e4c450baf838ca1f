package dev.throttle.remote.lease.contract;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.ManagedLeaseStore;
import java.time.Duration;

/** A place for one document is all that a store needs. */
class CompareAndSetContractTest extends LeaseStoreContract {

  @Override
  protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
    return new CompareAndSetStore(time, length, afterLoss);
  }
}
