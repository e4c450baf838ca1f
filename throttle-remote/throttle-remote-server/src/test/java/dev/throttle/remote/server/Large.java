package dev.throttle.remote.server;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger to look at, of which there is more than any socket takes at once: some 14 MB. */
final class Large implements ManagedLeaseStore {

  private static final LedgerSnapshot ALL =
      new LedgerSnapshot(
          "epoch",
          List.of(
              new LedgerSnapshot.OfLimit(
                  "api",
                  new SharedLimit(1, Duration.ofMinutes(1)),
                  Duration.ZERO,
                  Duration.ZERO,
                  Collections.nCopies(
                      40_000,
                      new LedgerSnapshot.Share(
                          "stranger/" + "x".repeat(200),
                          0,
                          new LeaseRequest.Use(0, 0, 0, 0),
                          Duration.ZERO)))));

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return CompletableFuture.completedFuture(ALL);
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    throw new AssertionError(request);
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    throw new AssertionError(name);
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    throw new AssertionError(name);
  }
}
