package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of this JVM whose limits are shared with others, and what it has leased of them.
 *
 * <pre>{@code
 * SharedBuckets shared = SharedBuckets.of(store).start();
 * shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));
 * }</pre>
 *
 * <p>Calls go on to take their permits here, without a word to the ledger. Once in a while, and
 * soon where calls wait or are refused, it is told what is in use and what is wanted. Where it
 * cannot be reached, what was leased last is used until the lease ends; then calls wait, or what
 * else {@link Unreachable} says.
 *
 * <p>Safe for use by many threads. Nothing here blocks.
 */
public final class SharedBuckets implements AutoCloseable {

  static final Duration DEFAULT_REFRESH = Duration.ofSeconds(1);

  private static final Duration LEAST_REFRESH = Duration.ofMillis(10);
  private static final Pattern LIKE_A_SECOND_LIMIT = Pattern.compile(".*#\\d+", Pattern.DOTALL);

  /** All buckets that some of these share. */
  private static final Set<Bucket> SHARED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** How long the end of a program waits for the store. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final LeaseStore store;
  private final TimeSource time;
  private final LongestCall longestCall;
  private final Leases leases;
  private final Renewals renewals;

  /** What calls the store, if that is not somebody else's. */
  private final @Nullable ThreadPoolExecutor ownThread;

  /** Names of all limits that are shared or about to be; its own lock. */
  private final Set<String> names = new HashSet<>();

  /** Guarded by the lock of the names. */
  private boolean closed;

  private SharedBuckets(Builder builder) {
    this.store = builder.store;
    this.time = builder.time;
    this.longestCall = new LongestCall(builder.maxCall, builder.refresh);
    this.leases = new Leases(time.nanos(), builder.alarm());
    this.ownThread = builder.callers == null && time == TimeSource.system() ? ownThread() : null;
    Executor given = builder.callers == null ? Runnable::run : builder.callers;
    this.renewals =
        new Renewals(
            store,
            time,
            ownThread == null ? given : ownThread,
            builder.instance,
            builder.refresh,
            builder.policy,
            leases);
    renewals.start();
  }

  private static ThreadPoolExecutor ownThread() {
    ThreadPoolExecutor thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "throttle-lease");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  private void endThread() {
    if (ownThread != null) {
      ownThread.shutdown();
    }
  }

  /** Returns a builder of buckets that are leased from a store. */
  public static Builder of(LeaseStore store) {
    return new Builder(store);
  }

  static Duration checkedRefresh(Duration refresh) {
    if (Checks.duration("refresh", refresh).compareTo(LEAST_REFRESH) < 0) {
      throw new IllegalArgumentException(
          "refresh must be at least " + LEAST_REFRESH + ", but was " + refresh + ".");
    }
    return refresh;
  }

  // ---- what is shared

  /**
   * Shares a bucket's limits with all that share limits of the same name. From now on calls wait
   * until it has a lease, and its permits and period are what the ledger says: what an operator has
   * said, or else what the instance defines that was started last. Who wants to change them says so
   * there. A change that is made here counts until the next answer, and only here, so the promise
   * does not hold meanwhile.
   *
   * @return the bucket
   * @throws IllegalArgumentException if its permits come back one after another, it is a calendar
   *     quota, it is the bucket of a key, its name ends like {@code #2} or has control characters,
   *     a limit of its name is shared already, or others share it; then nothing has changed
   * @throws IllegalStateException if this is closed
   */
  public Bucket share(Bucket bucket) {
    Objects.requireNonNull(bucket, "bucket must not be null.");
    Checks.name("name of a shared bucket", bucket.name());
    if (bucket.key() != null) {
      throw new IllegalArgumentException(
          bucket + " cannot be shared: the buckets of keys come and go. Share one without a key.");
    }
    if (LIKE_A_SECOND_LIMIT.matcher(bucket.name()).matches()) {
      throw new IllegalArgumentException(
          bucket
              + " cannot be shared: a '#' with a number at the end is what the ledger calls the"
              + " further limits of a bucket. Give it another name.");
    }
    List<Leased> added = new ArrayList<>();
    for (int i = 0; i < bucket.limits().size(); i++) {
      added.add(new Leased(bucket, i, longestCall, time.nanos()));
    }
    List<String> claimed = added.stream().map(one -> one.name).toList();
    String taken = claim(claimed);
    if (taken != null) {
      throw new IllegalArgumentException(
          bucket + " cannot be shared: a limit '" + taken + "' is shared already.");
    }
    if (!SHARED.add(bucket)) {
      release(claimed);
      throw new IllegalArgumentException(
          bucket
              + " cannot be shared: other SharedBuckets share it already. Close those first, or"
              + " share a bucket of other Buckets.");
    }
    try {
      bucket.lease(Collections.nCopies(added.size(), 0));
      List<Limit> seen;
      do {
        seen = bucket.limits();
      } while (!bucket.change(seen, seen.stream().map(longestCall::bounding).toList()));
    } catch (RuntimeException e) {
      SHARED.remove(bucket);
      release(claimed);
      throw e;
    }
    leases.add(added);
    return bucket;
  }

  /** Returns which of the names is taken, or null if now all are. */
  private @Nullable String claim(List<String> claimed) {
    synchronized (names) {
      if (closed) {
        throw new IllegalStateException("these shared buckets are closed.");
      }
      for (String name : claimed) {
        if (names.contains(name)) {
          return name;
        }
      }
      names.addAll(claimed);
      return null;
    }
  }

  private void release(List<String> claimed) {
    synchronized (names) {
      claimed.forEach(names::remove);
    }
  }

  /**
   * Gives everything back that is not in use; from now on calls wait. What is under way is not
   * waited for: the ledger is told soon, if it can be reached.
   *
   * <p>The ledger counts what is in use until it must be complete, after {@code maxCall} and one
   * period. If others share the same bucket after this, they tell the ledger of it too: it counts
   * twice until then, so that less is granted than might be.
   */
  @Override
  public void close() {
    if (leave()) {
      renewals.afterAsking(this::endThread);
    }
  }

  /** Returns whether it has not been left before. */
  private boolean leave() {
    synchronized (names) {
      if (closed) {
        return false;
      }
      closed = true;
    }
    renewals.leave();
    leases.all().forEach(one -> SHARED.remove(one.bucket));
    return true;
  }

  /**
   * Ends the store too, after it was told; waits for that, no longer than two seconds. So what is
   * leased is given back before the JVM ends.
   */
  void closeWithStore() {
    if (!leave()) {
      return;
    }
    CompletableFuture<Void> closing = new CompletableFuture<>();
    renewals.afterAsking(
        () -> {
          try {
            store.close();
          } finally {
            closing.complete(null);
            endThread();
          }
        });
    closing.completeOnTimeout(null, FAREWELL.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  /** What {@link SharedBuckets} are made with. */
  public static final class Builder {

    private final LeaseStore store;
    private TimeSource time = TimeSource.system();
    private String instance = "jvm";
    private Duration maxCall = Duration.ofSeconds(30);
    private Duration refresh = DEFAULT_REFRESH;
    private Unreachable policy = Unreachable.WAIT;
    private @Nullable Executor callers;
    private Leases.@Nullable Alarm alarm;

    private Builder(LeaseStore store) {
      this.store = Objects.requireNonNull(store, "store must not be null.");
    }

    /** Sets the time source, which must be that of the buckets; the default is the JVM's. */
    public Builder timeSource(TimeSource time) {
      this.time = Objects.requireNonNull(time, "time source must not be null.");
      return this;
    }

    /**
     * Sets by which name people know this JVM, such as that of its host; the default is {@code
     * jvm}. The ledger knows it by that and something random, since no other may have its name, nor
     * any before.
     */
    public Builder instance(String name) {
      Checks.name("name of an instance", name);
      this.instance = name;
      return this;
    }

    /**
     * Sets how long a call takes at most from its grant on, its wait for a thread included; the
     * default is 30 seconds, the most 400 days. What takes longer is taken for complete, as after a
     * limit's {@code maxHold} or {@code countedWithin}, which count where they are given and
     * shorter. So long, and one period more, the slots of an instance that has crashed are lost.
     * All instances should say the same: a ledger that was lost goes by what it has heard since.
     */
    public Builder maxCall(Duration maxCall) {
      this.maxCall = Checks.positive("maxCall", maxCall);
      return this;
    }

    /**
     * Sets after which time leases are renewed; the default is a second. A quarter of their length
     * at most, so that lost messages do not end them; an eighth with {@link Unreachable#SHARE}.
     *
     * @param refresh at least 10 ms; sixteen times in it, it is looked what calls want
     */
    public Builder refresh(Duration refresh) {
      this.refresh = checkedRefresh(refresh);
      return this;
    }

    /**
     * Sets what is done after the end of a lease for as long as the store cannot be reached; the
     * default is {@link Unreachable#WAIT}. All instances should do the same. With {@link
     * Unreachable#SHARE}, leases have to be renewed eight times in their length or more often: an
     * instance with a longer {@link #refresh} has no share, and a warning says so.
     */
    public Builder whenUnreachable(Unreachable policy) {
      this.policy = Objects.requireNonNull(policy, "policy must not be null.");
      return this;
    }

    /** Sets what calls the store; the default is a thread of its own, or none in virtual time. */
    Builder callers(Executor callers) {
      this.callers = callers;
      return this;
    }

    /** Sets what has leases end; the default is a thread for nothing else, or virtual time. */
    Builder alarm(Leases.Alarm alarm) {
      this.alarm = alarm;
      return this;
    }

    private Leases.Alarm alarm() {
      if (alarm != null) {
        return alarm;
      }
      return time == TimeSource.system() ? Ends::set : time::schedule;
    }

    /** Begins to share; nothing is shared yet. */
    public SharedBuckets start() {
      return new SharedBuckets(this);
    }
  }
}
