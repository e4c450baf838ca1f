package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Snapshot;
import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
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
 * soon where calls wait or are refused, it is told what is in use and what is wanted. Where it
 * cannot be reached, what was leased last is used until the lease ends; then calls wait, or what
 * else {@link Unreachable} says.
 *
 * <p>Safe for use by many threads. Nothing here blocks.
 *
 * <h2>Turns</h2>
 *
 * Looking, asking, taking an answer and leaving are turns, which run {@link OneByOne one after
 * another} and alone touch what is leased. So slots are lowered before it is looked what is in use,
 * and nothing raises them between that and the request that says so. No lock is held in a turn: the
 * store, listeners, and executors that run calls in the thread that grants them may do what they
 * like, also call back. If one of them blocks, no more turns are taken, and the leases end.
 *
 * <h2>The end of a lease</h2>
 *
 * It must come whatever else goes on, so it is no turn. A timer, set before anything is taken until
 * then, takes it from the buckets; it needs only the list of them, the end of the present lease,
 * and the lock of the buckets, under which no foreign code runs. A turn may come late with what was
 * leased until then: therefore it tells the buckets the end with the number, and they look at the
 * clock under that lock, so whichever of the two is last, nothing is leased. If the lease was
 * renewed just when it ended, the timer may be last: nothing is leased until the next answer then.
 *
 * <p>What is granted {@linkplain Alone without the store} is leased in the same way, for short
 * times by the instance itself.
 *
 * <p>Timers of the JVM have one thread. So that no store can block it, it is called on a thread of
 * its own, and not called again before it has returned. While it blocks, looks go on but for
 * asking.
 */
public final class SharedBuckets implements AutoCloseable {

  static final Duration DEFAULT_REFRESH = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);
  private static final Pattern LIKE_A_SECOND_LIMIT = Pattern.compile(".*#\\d+", Pattern.DOTALL);

  /** How long the end of a program waits for the store. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final LeaseStore store;
  private final TimeSource time;
  private final String instance;
  private final Duration maxCall;
  private final long refreshNanos;
  private final long soonNanos;
  private final Unreachable policy;
  private final Executor callers;

  private final OneByOne turns = new OneByOne();
  private final AtomicBoolean lookIsDue = new AtomicBoolean();
  private final List<Leased> leased = new CopyOnWriteArrayList<>();

  /** Names of all limits that are shared or about to be; its own lock. */
  private final Set<String> names = new HashSet<>();

  /** Written under the lock of the names. */
  private volatile boolean closed;

  /** Written by turns. */
  private volatile long leaseEnd;

  /** Whether the store is being called; written by turns, and by who calls it. */
  private volatile boolean calling;

  // ---- touched only by turns

  private String epoch = "";
  private long number;
  private @Nullable Asked inFlight;
  private TimeSource.@Nullable Timer ending;
  private long lengthNanos;
  private long timeoutNanos;
  private long patienceNanos;

  /** Before that it is not asked again, since it failed. */
  private long retryAt;

  private long lastAnswer;
  private boolean unreachable;
  private boolean warnedOfRefresh;
  private final Alone alone;

  private SharedBuckets(Builder builder) {
    this.store = builder.store;
    this.time = builder.time;
    this.instance = builder.instance + "-" + UUID.randomUUID();
    this.maxCall = builder.maxCall;
    this.refreshNanos = builder.refresh.toNanos();
    this.soonNanos = Math.max(1, refreshNanos / 16);
    this.callers = builder.callers();
    this.lengthNanos = 16 * refreshNanos; // until the ledger has said
    this.policy = builder.policy;
    this.alone = new Alone(policy, refreshNanos, lengthNanos);
    this.timeoutNanos = refreshNanos;
    this.patienceNanos = soonNanos;
    this.retryAt = time.nanos();
    this.leaseEnd = time.nanos();
    this.lastAnswer = time.nanos() - refreshNanos;
    time.schedule(soonNanos, this::tick);
  }

  private static Executor ownThread() {
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

  /** Returns a builder of buckets that are leased from a store. */
  public static Builder of(LeaseStore store) {
    return new Builder(store);
  }

  /** A request, of which limits it speaks, when it was made, and until when it may be answered. */
  private record Asked(LeaseRequest request, List<Leased> of, long since, long until) {}

  // ---- what is shared

  /**
   * Shares a bucket's limits with all that share limits of the same name. From now on calls wait
   * until it has a lease, and its permits and period are what the ledger says: who wants to change
   * them says so there. A change that is made here counts until the next answer, and only here, so
   * the promise does not hold meanwhile.
   *
   * @return the bucket
   * @throws IllegalArgumentException if its permits come back one after another, it is a calendar
   *     quota, it is the bucket of a key, its name ends like {@code #2}, or a limit of its name is
   *     shared already; then nothing has changed
   * @throws IllegalStateException if this is closed
   */
  public Bucket share(Bucket bucket) {
    Objects.requireNonNull(bucket, "bucket must not be null.");
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
    for (Limit limit : bucket.limits()) {
      added.add(
          new Leased(
              bucket, added.size(), SharedLimit.of(limit), countedWithin(limit), time.nanos()));
    }
    List<String> claimed = added.stream().map(one -> one.name).toList();
    String taken = claim(claimed);
    if (taken != null) {
      throw new IllegalArgumentException(
          bucket + " cannot be shared: a limit '" + taken + "' is shared already.");
    }
    try {
      bucket.lease(Collections.nCopies(added.size(), 0));
      List<Limit> seen;
      do {
        seen = bucket.limits();
      } while (!bucket.change(seen, seen.stream().map(this::withMaxCall).toList()));
    } catch (RuntimeException e) {
      release(claimed);
      throw e;
    }
    leased.addAll(added);
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
   * Returns how long after its grant the provider has surely counted a call, for who goes by when
   * the lease ended. Where that goes by {@code countedWithin}, the time before it is sent does not
   * count, which may be as long again before it must ask anew; and a late timer is no call.
   */
  private Duration countedWithin(Limit limit) {
    Duration counted = limit.countedWithin();
    return counted == null
        ? withMaxCall(limit).maxHold()
        : Checks.atMostLongest(counted.multipliedBy(2).plusNanos(refreshNanos));
  }

  private Limit withMaxCall(Limit limit) {
    return limit.maxHold().compareTo(maxCall) > 0 ? limit.withMaxHold(maxCall) : limit;
  }

  /**
   * Gives everything back that is not in use; from now on calls wait. What is under way is not
   * waited for: the ledger is told soon, if it can be reached.
   */
  @Override
  public void close() {
    synchronized (names) {
      if (closed) {
        return;
      }
      closed = true;
    }
    turns.run(() -> ask(time.nanos(), true));
  }

  /**
   * Ends the store too, after it was told; waits for that, no longer than two seconds. So what is
   * leased is given back before the JVM ends.
   */
  void closeWithStore() {
    close();
    CompletableFuture<Void> closing = new CompletableFuture<>();
    // In the thread that calls the store, after the last word, which another turn may have yet to
    // say.
    turns.run(
        () ->
            callers.execute(
                () -> {
                  try {
                    store.close();
                  } finally {
                    closing.complete(null);
                  }
                }));
    closing.completeOnTimeout(null, FAREWELL.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  // ---- when to ask

  private void tick() {
    if (closed) {
      return;
    }
    time.schedule(soonNanos, this::tick);
    // A look that waits for a store to return comes before its answer, and must not ask again.
    boolean mayAsk = !calling;
    if (lookIsDue.compareAndSet(false, true)) {
      turns.run(() -> look(mayAsk));
    }
  }

  private void look(boolean mayAsk) {
    lookIsDue.set(false);
    if (closed) {
      return;
    }
    long now = time.nanos();
    leased.forEach(one -> one.noteRefused(now, refreshNanos, lengthNanos));
    if (alone.isAlone() || now - leaseEnd >= 0) {
      doWithoutLease(now);
    }
    if (calling) {
      warnIfItBlocks(now);
    } else if (mayAsk) {
      askIfDue(now);
    }
  }

  private void askIfDue(long now) {
    if (inFlight == null) {
      if (isDue(now)) {
        ask(now, false);
      }
    } else if (now - inFlight.until >= 0) {
      timeoutNanos = Math.max(refreshNanos, Math.min(2 * timeoutNanos, lengthNanos / 4));
      ask(now, false);
    }
  }

  private void doWithoutLease(long now) {
    if (!alone.isAlone()) {
      leased.forEach(one -> one.end(alone.keepsWhatWasLeased()));
    }
    if (!alone.look(now, leaseEnd)) {
      return;
    }
    boolean changed = leaseEnd - now < alone.stepNanos() / 2;
    for (Leased one : leased) {
      int slots = alone.slots(one, now);
      changed |= slots != one.slots;
      one.slots = slots;
    }
    if (changed) {
      endAt(now + alone.stepNanos(), now);
      apply(leased);
    }
  }

  private boolean isDue(long now) {
    boolean soon = now - (lastAnswer + patienceNanos) >= 0;
    boolean late = now - (lastAnswer + refreshNanos) >= 0;
    return now - retryAt >= 0
        && ((soon && leased.stream().anyMatch(one -> hasNews(one, now)))
            || (late && leased.stream().anyMatch(one -> one.isUsed() || alone.hasToShow(now))));
  }

  private boolean hasNews(Leased one, long now) {
    return (one.needsMore() && !alone.isStrange(now)) || !one.pauseToTell(now, soonNanos).isZero();
  }

  /**
   * Says what is in use and wanted. One that was not answered is not sent again, since it would not
   * be true any more: whether it was heard or not, the next one says how it is.
   */
  private void ask(long now, boolean leaving) {
    List<Leased> all = List.copyOf(leased);
    // What is not wanted is given back before what is in use is looked at: nobody can take it then.
    for (Leased one : all) {
      if (leaving) {
        one.end(false);
      } else if (!alone.isAlone()) {
        one.slots = Math.min(one.slots, one.wanted(one.now()));
      }
    }
    apply(all);
    alone.asked(now);
    boolean wantsNothing = leaving || alone.isStrange(now);
    Duration heldLonger = Duration.ofNanos(alone.heldLongerNanos());
    List<LeaseRequest.Account> accounts = new ArrayList<>();
    for (Leased one : all) {
      Snapshot.OfLimit state = one.now();
      one.noteMaxCall(countedWithin(state.limit()));
      int granting = alone.isAlone() ? one.slots : Math.max(one.slots, one.kept);
      one.toldHeld = Math.max(granting, state.inUse());
      LeaseRequest.Use use = one.use(state, wantsNothing);
      one.toldWanted = use.wanted();
      accounts.add(
          new LeaseRequest.Account(
              one.name,
              one.limit,
              Checks.atMostLongest(one.maxCall.plus(heldLonger)),
              one.toldHeld,
              use,
              one.pauseToTell(now, soonNanos)));
    }
    number++;
    LeaseRequest request =
        new LeaseRequest(instance, number, epoch, accounts, alone.mustBeTold(), leaving);
    inFlight = new Asked(request, all, now, now + timeoutNanos);
    send(inFlight);
  }

  private void send(Asked asked) {
    calling = true;
    try {
      callers.execute(() -> call(asked));
    } catch (RejectedExecutionException e) {
      calling = false;
      failed(asked, e);
    }
  }

  private void call(Asked asked) {
    try {
      store
          .renew(asked.request)
          .whenComplete((answer, failure) -> turns.run(() -> heard(asked, answer, failure)));
    } catch (RuntimeException | Error e) {
      turns.run(() -> heard(asked, null, e));
    } finally {
      calling = false;
    }
  }

  // ---- what comes of it

  private void heard(Asked asked, @Nullable LeaseAnswer answer, @Nullable Throwable failure) {
    if (closed || inFlight == null || inFlight.request.number() != asked.request.number()) {
      return; // it came too late: the ledger has been told something else since
    }
    if (answer == null) {
      failed(asked, failure);
    } else if (!answers(answer, asked.request)) {
      failed(asked, new IllegalArgumentException("it does not answer the request: " + answer));
    } else {
      answered(asked, answer);
    }
  }

  private static boolean answers(LeaseAnswer answer, LeaseRequest request) {
    return answer.leases().stream()
        .map(LeaseAnswer.Lease::name)
        .toList()
        .equals(request.accounts().stream().map(LeaseRequest.Account::name).toList());
  }

  /**
   * It is asked again soon, since it may be back at once; but no more often than when all is well
   * for as long as that lasts. To leave alone for longer what fails again and again is for the
   * {@link Circuit}, which sees all requests of a store; asking one that is open costs nothing.
   */
  private void failed(Asked asked, @Nullable Throwable failure) {
    inFlight = null;
    retryAt = time.nanos() + patienceNanos;
    patienceNanos = Math.max(soonNanos, Math.min(2 * patienceNanos, refreshNanos));
    warnOnce(asked, String.valueOf(failure));
  }

  private void warnIfItBlocks(long now) {
    if (inFlight != null && now - inFlight.until >= 0) {
      warnOnce(
          inFlight,
          "its store blocks in renew, which should return at once and answer by its future, within"
              + " a time-out; until it returns nothing can be asked");
    }
  }

  private void warnOnce(Asked asked, String why) {
    if (!unreachable) {
      unreachable = true;
      LOG.warn(
          "The ledger of shared limits did not answer request {}: {}. Leases that end before it does"
              + " are not renewed, and then {}.",
          asked.request.number(),
          why,
          Alone.words(policy));
    }
  }

  private void answered(Asked asked, LeaseAnswer answer) {
    long now = time.nanos();
    inFlight = null;
    unreachable = false;
    timeoutNanos = refreshNanos;
    lastAnswer = now;
    boolean forgotten = !epoch.isEmpty() && !epoch.equals(answer.epoch());
    epoch = answer.epoch();
    if (alone.isAlone()) {
      leased.forEach(one -> one.end(false)); // also those that the request did not speak of
      apply(leased);
    }
    alone.answered(answer, asked.request.alone(), asked.since, leaseEnd, forgotten, now);
    lengthNanos = answer.length().toNanos();
    warnIfTooShort();
    // Clocks of two machines may run at somewhat different rates, and timers are late.
    long margin = lengthNanos / 1_000 + Math.min(soonNanos, lengthNanos / 16);
    endAt(asked.since + lengthNanos - margin, now);
    boolean inVain = false;
    for (int i = 0; i < asked.of.size(); i++) {
      LeaseAnswer.Lease lease = answer.leases().get(i);
      LeaseRequest.Account account = asked.request.accounts().get(i);
      Leased one = asked.of.get(i);
      inVain |= lease.slots() < account.use().wanted();
      one.lend(lease.slots(), account.held(), now, refreshNanos, lengthNanos);
      one.limit = lease.limit();
      long told = asked.since + account.pause().toNanos();
      attempt(one.bucket, () -> follow(one, lease, told, asked.since, forgotten));
    }
    patienceNanos = inVain ? Math.min(2 * patienceNanos, refreshNanos) : soonNanos;
    apply(asked.of);
  }

  private void warnIfTooShort() {
    boolean tooShort = lengthNanos < 2 * refreshNanos;
    if (!warnedOfRefresh && (tooShort || !Alone.isSafe(policy, refreshNanos, lengthNanos))) {
      warnedOfRefresh = true;
      LOG.warn(
          "Leases of shared limits are {} long, but are renewed each {}: {}.",
          Duration.ofNanos(lengthNanos),
          Duration.ofNanos(refreshNanos),
          tooShort
              ? "a single lost message ends them. Set refresh to a quarter of their length at most"
              : "this instance will have no share while the ledger does not answer. Set refresh to"
                  + " an eighth of their length at most");
    }
  }

  /** Sees to it that what is taken next ends then; before it is taken. */
  private void endAt(long end, long now) {
    TimeSource.Timer before = ending;
    ending = time.schedule(end - now, this::endLeases);
    leaseEnd = end;
    if (before != null) {
      before.cancel();
    }
  }

  /** Ends what is leased, if it was not renewed; no turn, so that no other keeps it waiting. */
  private void endLeases() {
    if (time.nanos() - leaseEnd >= 0) {
      for (Leased one : leased) {
        if (one.index == 0) {
          int limits = one.bucket.limits().size();
          attempt(one.bucket, () -> one.bucket.lease(Collections.nCopies(limits, 0)));
        }
      }
    }
  }

  /**
   * Does what the ledger says of a limit.
   *
   * @param toldUntil until when it was told in the request that nothing should be granted
   * @param since when the request was made
   * @param forgotten whether it has forgotten what it was told before
   */
  private void follow(
      Leased one, LeaseAnswer.Lease lease, long toldUntil, long since, boolean forgotten) {
    if (toldUntil - one.pausedUntil > 0) {
      one.pausedUntil = toldUntil; // it knows, so this is no news even if it was ended here since
    }
    long now = time.nanos();
    long pauseNanos = lease.pause().toNanos();
    if (pauseNanos > 0 && since + pauseNanos - one.pausedUntil > soonNanos) {
      one.pausedUntil = now + pauseNanos;
      one.bucket.pause(lease.pause());
    } else if (pauseNanos == 0 && one.index == 0 && one.pausedUntil - now > soonNanos) {
      // Somebody has ended it. One of our own that the ledger has not heard of goes on.
      boolean resumes = !forgotten && one.pauseToTell(now, soonNanos).isZero();
      one.pausedUntil = now;
      if (resumes) {
        one.bucket.resume();
      }
    }
    List<Limit> seen;
    List<Limit> limits;
    do {
      seen = one.bucket.limits();
      limits = new ArrayList<>(seen);
      limits.set(one.index, withMaxCall(lease.limit().appliedTo(seen.get(one.index))));
    } while (!limits.equals(seen) && !one.bucket.change(seen, limits));
    if (!limits.equals(seen)) {
      LOG.info("{} is so from now on, as the ledger says.", one.bucket);
    }
  }

  /** Tells the buckets, after whatever has changed their leases. */
  private void apply(List<Leased> changed) {
    Map<Bucket, List<Integer>> slots = new LinkedHashMap<>();
    for (Leased one : changed) {
      slots.computeIfAbsent(one.bucket, added -> new ArrayList<>()).add(one.slots);
    }
    slots.forEach((bucket, each) -> attempt(bucket, () -> bucket.lease(each, leaseEnd)));
  }

  /** What one bucket cannot do must not keep the others from being told. */
  private static void attempt(Bucket bucket, Runnable todo) {
    try {
      todo.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{} could not be told what is leased.", bucket, e);
    }
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
     */
    public Builder refresh(Duration refresh) {
      this.refresh = Checks.positive("refresh", refresh);
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

    private Executor callers() {
      if (callers != null) {
        return callers;
      }
      return time == TimeSource.system() ? ownThread() : Runnable::run;
    }

    /** Begins to share; nothing is shared yet. */
    public SharedBuckets start() {
      return new SharedBuckets(this);
    }
  }
}
