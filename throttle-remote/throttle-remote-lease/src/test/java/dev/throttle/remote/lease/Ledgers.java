package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Ledgers in memory, by an address such as {@code memory://NAME}. */
public final class Ledgers implements LeaseStoreFactory {

  private static final Map<String, MemoryLeaseStore> BY_NAME = new ConcurrentHashMap<>();

  /** What was opened, and what became of it. */
  static final List<Opened> OPENED = new ArrayList<>();

  static final class Opened implements LeaseStore {
    final StoreAddress address;
    final MemoryLeaseStore ledger;
    boolean leftBeforeClose;
    boolean closed;

    Opened(StoreAddress address, MemoryLeaseStore ledger) {
      this.address = address;
      this.ledger = ledger;
    }

    @Override
    public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
      leftBeforeClose = request.leaving();
      return ledger.renew(request);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public LeaseStore open(StoreAddress address) {
    Opened opened =
        new Opened(
            address,
            BY_NAME.computeIfAbsent(
                address.uri(),
                name -> MemoryLeaseStore.fresh(address.time(), Duration.ofSeconds(10))));
    OPENED.add(opened);
    return opened;
  }
}
