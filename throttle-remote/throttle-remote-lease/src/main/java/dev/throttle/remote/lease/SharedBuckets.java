package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Snapshot;
import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buckets of this JVM whose limits are shared with others, and what it has leased of them.
 *
 * <pre>{@code
 * SharedBuckets shared = SharedBuckets.of(store).start();
 * shared.share(buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1))));
 * }</pre>
 *
 * <p>Calls go on to take their permits here, without a word to the ledger. Once in a while, and
 * soon where calls wait, it is told what is in use and what is wanted. Where it cannot be reached,
 * what was leased last is used until the lease ends; then calls wait.
 *
 * <p>Safe for use by many threads. Nothing here blocks.
 */
public final class SharedBuckets implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  private final LeaseStore store;
  private final TimeSource time;
  private final String instance;
  private final Duration maxCall;
  private final long refreshNanos;
  private final long soonNanos;

  private final Map<String, Leased> leased = new LinkedHashMap<>();
  private String epoch = "";
  private long number;
  private @Nullable Asked inFlight;
  private long leaseEnd;
  private long lastAnswer;
  private long patience;
  private boolean unreachable;
  private boolean closed;
  private TimeSource.Timer ticking;

  private SharedBuckets(Builder builder) {
    this.store = builder.store;
    this.time = builder.time;
    this.instance = builder.instance;
    this.maxCall = builder.maxCall;
    this.refreshNanos = builder.refresh.toNanos();
    this.soonNanos = Math.max(1, refreshNanos / 16);
    this.patience = soonNanos;
    this.leaseEnd = time.nanos();
    this.lastAnswer = time.nanos() - refreshNanos;
    this.ticking = time.schedule(soonNanos, this::tick);
  }

  /** Returns a builder of buckets that are leased from a store. */
  public static Builder of(LeaseStore store) {
    return new Builder(store);
  }

  /** One limit of a bucket. */
  private static final class Leased {
    final Bucket bucket;
    final int index;
    final String name;
    int slots;

    /** How many slots the ledger was told last that are held. */
    int told;

    /** Until when the ledger has said that nothing may be granted. */
    long pausedUntil;

    Leased(Bucket bucket, int index, String name) {
      this.bucket = bucket;
      this.index = index;
      this.name = name;
    }

    Snapshot.OfLimit now() {
      return bucket.snapshot().limits().get(index);
    }
  }

  private record Asked(LeaseRequest request, long since, long until) {}

  /**
   * Shares a bucket's limits with all that share limits of the same name. From now on calls wait
   * until it has a lease, and its limits are what the ledger says: who wants to change them says so
   * there.
   *
   * @return the bucket
   * @throws IllegalArgumentException if its permits come back one after another, or it is shared
   */
  public synchronized Bucket share(Bucket bucket) {
    Objects.requireNonNull(bucket, "bucket must not be null.");
    List<Limit> limits = bucket.limits();
    if (leased.containsKey(bucket.name())) {
      throw new IllegalArgumentException(bucket + " is shared already.");
    }
    bucket.lease(limits.stream().map(limit -> 0).toList());
    bucket.change(limits.stream().map(this::withMaxCall).toList());
    for (int i = 0; i < limits.size(); i++) {
      String name = i == 0 ? bucket.name() : bucket.name() + "#" + (i + 1);
      Leased one = new Leased(bucket, i, name);
      one.pausedUntil = time.nanos();
      leased.put(name, one);
    }
    return bucket;
  }

  private Limit withMaxCall(Limit limit) {
    return limit.maxHold().compareTo(maxCall) > 0 ? limit.withMaxHold(maxCall) : limit;
  }

  // ---- when to ask

  private synchronized void tick() {
    if (closed) {
      return;
    }
    ticking = time.schedule(soonNanos, this::tick);
    long now = time.nanos();
    if (now - leaseEnd >= 0) {
      leased.values().forEach(one -> one.slots = 0);
      apply();
    }
    if (inFlight == null ? isDue(now) : now - inFlight.until >= 0) {
      ask(now, false);
    }
  }

  private boolean isDue(long now) {
    return (now - (lastAnswer + patience) >= 0
            && leased.values().stream().anyMatch(this::needsMore))
        || (now - (lastAnswer + refreshNanos) >= 0
            && leased.values().stream().anyMatch(this::isUsed));
  }

  private boolean needsMore(Leased one) {
    return wanted(one.now()) > one.slots || !pauseToTell(one, time.nanos()).isZero();
  }

  private boolean isUsed(Leased one) {
    return one.slots > 0 || one.told > 0 || one.now().inUse() > 0;
  }

  /**
   * Says what is in use and wanted. One that was not answered is not sent again, since it would not
   * be true any more: whether it was heard or not, the next one says how it is.
   */
  private void ask(long now, boolean leaving) {
    // What is not wanted is given back before what is in use is looked at: nobody can take it then.
    for (Leased one : leased.values()) {
      one.slots = leaving ? 0 : Math.min(one.slots, wanted(one.now()));
    }
    apply();
    List<LeaseRequest.Account> accounts = new ArrayList<>();
    for (Leased one : leased.values()) {
      Snapshot.OfLimit state = one.now();
      one.told = Math.max(one.slots, state.inUse());
      accounts.add(
          new LeaseRequest.Account(
              one.name,
              SharedLimit.of(state.limit()),
              one.told,
              leaving ? 0 : wanted(state),
              pauseToTell(one, now)));
    }
    number++;
    send(
        new Asked(
            new LeaseRequest(instance, number, epoch, accounts, leaving), now, now + refreshNanos));
  }

  /** Returns how many slots could be made use of: those in use, those waited for, and some more. */
  private static int wanted(Snapshot.OfLimit state) {
    long busy = state.inUse() + state.awaited();
    long more = busy == 0 ? 0 : Math.max(1, busy / 8);
    return (int) Math.min(busy + more, state.limit().permits());
  }

  private Duration pauseToTell(Leased one, long now) {
    Duration paused = one.bucket.snapshot().pausedFor();
    long known = Math.max(0, one.pausedUntil - now) + soonNanos;
    return paused.toNanos() > known ? paused : Duration.ZERO;
  }

  private void send(Asked asked) {
    inFlight = asked;
    store
        .renew(asked.request)
        .whenComplete(
            (answer, failure) -> {
              if (answer == null) {
                failed(asked.request, failure);
              } else {
                answered(asked.request, answer);
              }
            });
  }

  // ---- what comes of it

  private synchronized void answered(LeaseRequest request, LeaseAnswer answer) {
    Asked asked = inFlight;
    if (asked == null || asked.request.number() != request.number()) {
      return; // of an attempt before, to which there was an answer
    }
    inFlight = null;
    if (closed) {
      return;
    }
    long now = time.nanos();
    unreachable = false;
    epoch = answer.epoch();
    // Clocks of two machines may run at somewhat different rates.
    long length = answer.length().toNanos();
    leaseEnd = asked.since + length - length / 1_000 - soonNanos;
    boolean inVain = false;
    for (int i = 0; i < answer.leases().size(); i++) {
      LeaseAnswer.Lease lease = answer.leases().get(i);
      Leased one = Objects.requireNonNull(leased.get(lease.name()));
      inVain |= lease.slots() < request.accounts().get(i).wanted();
      one.slots = now - leaseEnd < 0 ? lease.slots() : 0;
      follow(one, lease, now);
    }
    apply();
    patience = inVain ? Math.min(2 * patience, refreshNanos) : soonNanos;
    lastAnswer = now;
  }

  private void follow(Leased one, LeaseAnswer.Lease lease, long now) {
    long until = now + lease.pause().toNanos();
    if (!lease.pause().isZero() && until - one.pausedUntil > soonNanos) {
      one.pausedUntil = until;
      one.bucket.pause(lease.pause());
    }
    List<Limit> limits = new ArrayList<>(one.bucket.limits());
    Limit changed = lease.limit().appliedTo(limits.get(one.index));
    if (!limits.set(one.index, changed).equals(changed)) {
      LOG.info("{} is {} from now on, as the ledger says.", one.bucket, changed);
      one.bucket.change(limits);
    }
  }

  private synchronized void failed(LeaseRequest request, Throwable failure) {
    if (!unreachable) {
      unreachable = true;
      LOG.warn(
          "The ledger of shared limits did not answer request {}: {}. Leases that end before it does"
              + " are not renewed, and calls wait.",
          request.number(),
          String.valueOf(failure));
    }
  }

  /** Tells the buckets, after whatever has changed their leases. */
  private void apply() {
    Map<Bucket, List<Integer>> slots = new LinkedHashMap<>();
    for (Leased one : leased.values()) {
      slots.computeIfAbsent(one.bucket, added -> new ArrayList<>()).add(one.slots);
    }
    slots.forEach(Bucket::lease);
  }

  /** Gives everything back that is not in use; from now on calls wait. */
  @Override
  public synchronized void close() {
    if (!closed) {
      ticking.cancel();
      ask(time.nanos(), true);
      closed = true;
    }
  }

  /** What {@link SharedBuckets} are made with. */
  public static final class Builder {

    private final LeaseStore store;
    private TimeSource time = TimeSource.system();
    private String instance = UUID.randomUUID().toString();
    private Duration maxCall = Duration.ofSeconds(30);
    private Duration refresh = Duration.ofSeconds(1);

    private Builder(LeaseStore store) {
      this.store = Objects.requireNonNull(store, "store must not be null.");
    }

    /** Sets the time source, which must be that of the buckets; the default is the JVM's. */
    public Builder timeSource(TimeSource time) {
      this.time = Objects.requireNonNull(time, "time source must not be null.");
      return this;
    }

    /**
     * Sets by which name the ledger knows this JVM; the default is a random one. No other may have
     * it, nor any before.
     */
    public Builder instance(String name) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("the name of an instance must not be blank.");
      }
      this.instance = name;
      return this;
    }

    /**
     * Sets how long a call takes at most; the default is 30 seconds. What takes longer is taken for
     * complete, as after a limit's {@code maxHold}, which counts where it is shorter. So long, and
     * one period more, the slots of an instance that has crashed are lost.
     */
    public Builder maxCall(Duration maxCall) {
      if (maxCall.isNegative() || maxCall.isZero()) {
        throw new IllegalArgumentException("maxCall must be more than PT0S, but was " + maxCall);
      }
      this.maxCall = maxCall;
      return this;
    }

    /**
     * Sets after which time leases are renewed; the default is a second. Half of their length at
     * most: otherwise a single lost message ends them.
     */
    public Builder refresh(Duration refresh) {
      if (refresh.isNegative() || refresh.isZero()) {
        throw new IllegalArgumentException("refresh must be more than PT0S, but was " + refresh);
      }
      this.refresh = refresh;
      return this;
    }

    /** Begins to share; nothing is shared yet. */
    public SharedBuckets start() {
      return new SharedBuckets(this);
    }
  }
}
