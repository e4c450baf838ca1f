package dev.throttle.remote.server;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A ledger that answers nothing before it may. */
final class Hanging implements ManagedLeaseStore {

  private final ManagedLeaseStore ledger =
      MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10));
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  void end() {
    end.complete(null);
  }

  private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> asked) {
    return end.thenCompose(ended -> asked.get());
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    return later(() -> ledger.renew(request));
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return later(() -> ledger.change(name, limit));
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    return later(() -> ledger.pause(name, pause));
  }

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return later(ledger::snapshot);
  }
}
