package dev.throttle.remote.postgres;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.Ledger;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.ManagedLeaseStore;
import dev.throttle.remote.lease.SharedLimit;
import dev.throttle.remote.lease.UnderWay;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in PostgreSQL, for JVMs on many machines.
 *
 * <p>Every request is one transaction, by the time of that server. So requests come one after
 * another, and clocks of instances do not matter. The ledger of a namespace is one row of the table
 * {@code throttle_ledger}, which is made where it is missing. PostgreSQL 12 knows all that is
 * needed.
 *
 * <p>Safe for use by many threads. Nothing here blocks but {@link #close}: what JDBC waits for, few
 * threads of the store wait for, which end when they have nothing to do. They complete the stages.
 * What fails, fails with {@link PostgresLeaseException}.
 *
 * <p>Where a replica took over or a backup was restored, the ledger may be older than what was lent
 * last. It then lends nobody more than he holds, until all that was lent is surely free.
 */
public final class PostgresLeaseStore implements ManagedLeaseStore {

  private final LedgerTable table;
  private final Duration length;
  private final Executor executor;
  private final Failures failures;
  private final UnderWay underWay;

  private volatile boolean closed;

  private PostgresLeaseStore(Builder builder) {
    this.table =
        new LedgerTable(
            builder.source, builder.namespace, builder.learns, builder.clock, builder.timeout);
    this.length = builder.length;
    this.executor = builder.executor == null ? ownThreads() : builder.executor;
    this.failures = new Failures(builder.timeout);
    this.underWay = new UnderWay(builder.timeout);
  }

  private static Executor ownThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            2,
            2,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "throttle-postgres");
              made.setDaemon(true);
              return made;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Returns a builder of a store that takes connections of a data source of yours, one for each
   * request and at most two at once. It should be a pool, since otherwise each request connects
   * anew; it stays open.
   */
  public static Builder with(DataSource source) {
    return new Builder(Objects.requireNonNull(source, "source must not be null."));
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    return ask((ledger, now) -> ledger.renew(request, length, now));
  }

  @Override
  public CompletionStage<Void> change(String name, SharedLimit limit) {
    return tell((ledger, now) -> ledger.change(name, limit, now));
  }

  @Override
  public CompletionStage<Void> pause(String name, Duration pause) {
    return tell((ledger, now) -> ledger.pause(name, pause, now));
  }

  @Override
  public CompletionStage<LedgerSnapshot> snapshot() {
    return ask((ledger, now) -> ledger.snapshot(length, now));
  }

  /** What has no answer. */
  private interface Told {
    void to(Ledger ledger, long now);
  }

  private CompletionStage<Void> tell(Told told) {
    return ask((ledger, now) -> {
          told.to(ledger, now);
          return true;
        })
        .thenAccept(done -> {});
  }

  private <T> CompletionStage<T> ask(LedgerTable.Asked<T> asked) {
    if (closed) {
      return CompletableFuture.failedFuture(new PostgresLeaseException("this store is closed."));
    }
    CompletableFuture<T> result = underWay.begin();
    try {
      executor.execute(() -> answer(asked, result));
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
    return result.exceptionally(
        failure -> {
          throw failures.explain(failure);
        });
  }

  /** What has waited too long for a thread is not asked any more. */
  private <T> void answer(LedgerTable.Asked<T> asked, CompletableFuture<T> result) {
    if (result.isDone()) {
      return;
    }
    try {
      result.complete(table.ask(asked));
    } catch (Exception | Error e) {
      result.completeExceptionally(e);
    }
  }

  /**
   * Ends nothing but this store. What was asked before is answered first: this waits for that, no
   * longer than the time-out, so that the last word of an instance that leaves is heard.
   */
  @Override
  public void close() {
    closed = true;
    underWay.await();
  }

  /** What a store is made with. */
  public static final class Builder {

    private final DataSource source;
    private String namespace = "default";
    private Duration length = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(1);
    private boolean learns = true;
    private @Nullable Executor executor;
    private @Nullable LongSupplier clock;

    private Builder(DataSource source) {
      this.source = source;
    }

    /**
     * Sets the name of the ledger; the default is {@code default}. Instances share limits if they
     * have the same.
     */
    public Builder namespace(String name) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a namespace must not be blank.");
      }
      this.namespace = name;
      return this;
    }

    /**
     * Sets how long leases are; the default is 10 seconds. So long instances go on if they cannot
     * reach PostgreSQL, and so long the ledger waits for those that have crashed. It must be the
     * same for all of a namespace.
     */
    public Builder length(Duration length) {
      this.length = positive("length", length);
      return this;
    }

    /**
     * Sets how long an answer may take, the wait for a connection included; the default is a
     * second. PostgreSQL may hear a request all the same, and it does no harm. A transaction that
     * hangs is ended after twice that time, also if this JVM does.
     */
    public Builder timeout(Duration timeout) {
      this.timeout = positive("timeout", timeout);
      return this;
    }

    /**
     * Takes a ledger that is not there for one that never was, and lends from it at once. By
     * default it is taken for one that was lost: for a lease, the longest call and a rest it lends
     * newcomers nothing.
     *
     * <p>That wait is what the very first start costs. With this, it is saved, but where the row
     * does get lost, up to twice the limit may be granted in a period.
     */
    public Builder freshIfMissing() {
      this.learns = false;
      return this;
    }

    /** Sets where it is waited for JDBC, in place of two threads of its own. */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor must not be null.");
      return this;
    }

    /** Sets what a ledger takes for the time, in nanoseconds, in place of that of the server. */
    Builder clock(LongSupplier nanos) {
      this.clock = nanos;
      return this;
    }

    /** Returns the store; it connects when it is first asked. */
    public PostgresLeaseStore build() {
      return new PostgresLeaseStore(this);
    }

    private static Duration positive(String name, Duration value) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " must be more than PT0S, but was " + value);
      }
      return value;
    }
  }
}
