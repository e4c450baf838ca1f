package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;

/** A ledger in the memory of this JVM: for one server, and for tests. */
public final class MemoryLeaseStore implements ManagedLeaseStore {

  private final TimeSource time;
  private final long aheadOfTicks;
  private final Duration length;
  private final Ledger ledger;

  private MemoryLeaseStore(TimeSource time, Duration length, boolean learns) {
    this.time = time;
    this.length = Checks.positive("length of a lease", length);
    this.aheadOfTicks = time.epochNanos() - time.nanos();
    this.ledger = Ledger.begin(UUID.randomUUID().toString(), learns, now());
  }

  /**
   * Returns ticks that begin where the wall clock stood, and do not jump with it: so what is said
   * to this ledger is later than what was said to one that was lost.
   */
  private long now() {
    return time.nanos() + aheadOfTicks;
  }

  /**
   * Returns a store that knows of no instance, because there was none before.
   *
   * @param length how long leases are, more than zero, at most 400 days: so long instances go on if
   *     they cannot reach it, and so long it waits for those that have crashed
   */
  public static MemoryLeaseStore fresh(TimeSource time, Duration length) {
    return new MemoryLeaseStore(time, length, false);
  }

  /**
   * Returns a store in the place of one that was lost, whose leases had the same length. Until what
   * that had lent is surely free, it lends nobody more than he says that he holds.
   */
  public static MemoryLeaseStore afterLoss(TimeSource time, Duration length) {
    return new MemoryLeaseStore(time, length, true);
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    return at(now -> ledger.renew(request, length, now));
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return at(
        now -> {
          ledger.change(name, limit, now);
          return null;
        });
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    return at(
        now -> {
          ledger.pause(name, pause, now);
          return null;
        });
  }

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return at(now -> ledger.snapshot(length, now));
  }

  private synchronized <T> CompletionStage<T> at(LongFunction<T> asked) {
    try {
      return CompletableFuture.completedFuture(asked.apply(now()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
