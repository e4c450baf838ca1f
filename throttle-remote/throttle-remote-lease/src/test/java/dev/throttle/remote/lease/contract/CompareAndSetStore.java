package dev.throttle.remote.lease.contract;

import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.Ledger;
import dev.throttle.remote.lease.LedgerDocument;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What docs/stores.md shows: a store that is not more than a place for one document. */
final class CompareAndSetStore implements ManagedLeaseStore {

  private final AtomicReference<@Nullable LedgerDocument> place = new AtomicReference<>();
  private final TimeSource time;
  private final Duration length;
  private final boolean learns;

  CompareAndSetStore(TimeSource time, Duration length, boolean learns) {
    this.time = time;
    this.length = length;
    this.learns = learns;
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    return ask((ledger, now) -> ledger.renew(request, length, now));
  }

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return ask((ledger, now) -> ledger.snapshot(length, now));
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return tell((ledger, now) -> ledger.change(name, limit, now));
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    return tell((ledger, now) -> ledger.pause(name, pause, now));
  }

  private CompletionStage<Void> tell(BiConsumer<Ledger, Long> told) {
    return ask(
        (ledger, now) -> {
          told.accept(ledger, now);
          return null;
        });
  }

  private <T> CompletionStage<T> ask(BiFunction<Ledger, Long, T> asked) {
    try {
      return CompletableFuture.completedFuture(answer(asked));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> T answer(BiFunction<Ledger, Long, T> asked) {
    while (true) {
      LedgerDocument stored = place.get();
      long clock = time.nanos();
      LedgerDocument document =
          stored == null
              ? LedgerDocument.begin("one life", clock, learns)
              : stored.reopened("one life", clock);
      Ledger ledger = Ledger.of(document.state());
      T answer = asked.apply(ledger, document.seen());
      if (place.compareAndSet(stored, document.with(ledger.state()))) {
        return answer;
      }
    }
  }
}
