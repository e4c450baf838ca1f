package dev.throttle.remote.lease.contract;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.Ledger;
import java.time.Duration;

/** The ledger in memory keeps the contract of all. */
class LedgerContractTest extends LeaseStoreContract {

  @Override
  protected StoreUnderTest open(TimeSource time, Duration length, boolean afterLoss) {
    Ledger ledger = afterLoss ? Ledger.afterLoss(time, length) : Ledger.fresh(time, length);
    return new StoreUnderTest(ledger, ledger::change);
  }
}
