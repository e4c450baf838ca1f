package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Priority;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ordered set of buckets that a call must pass together: it gets a permit of all at one
 * instant, or waits.
 *
 * <pre>{@code
 * Throttle users = buckets.throttle("api.foo.com", "api.foo.com/users");
 * User user = users.call(() -> client.user(7));                               // parks if it must wait
 * CompletableFuture<User> later = users.callAsync(() -> client.userAsync(7)); // never blocks
 * try (Permit permit = users.acquire()) {
 *   client.user(7);
 * }
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads. Where nobody waits, a permit costs about one
 * compare-and-set a bucket and allocates nothing but the {@link Permit}; {@link #begin} and {@link
 * #end} do without that too.
 */
public final class Throttle {

  final Route route;
  final long maxWaitNanos;
  final Executor executor;
  private final Settings settings;
  private final Slots[] slots;
  private final int[] costs;

  /** The first limit if it is the only one: most are, and it saves the way through the arrays. */
  private final @Nullable Slots only;

  private final int firstCost;
  private final boolean high;
  private final Events events;
  private final @Nullable WideStamps wideStamps;

  Throttle(Route route, Settings settings) {
    this.route = route;
    this.settings = settings;
    this.slots = route.slots;
    this.costs = settings.costsOf(route);
    this.only = slots.length == 1 ? slots[0] : null;
    this.firstCost = costs[0];
    this.high = settings.priority() == Priority.HIGH;
    this.maxWaitNanos = settings.maxWaitNanos();
    this.executor = settings.executor();
    this.events = route.room.events;
    this.wideStamps = slots.length > Stamps.MOST ? new WideStamps() : null;
  }

  /**
   * Returns this throttle with a bound on waiting: zero refuses whoever would have to wait. Calls
   * of both wait in one order.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Throttle withMaxWait(Duration maxWait) {
    return new Throttle(route, settings.withMaxWait(Nanos.wait("maxWait", maxWait)));
  }

  /**
   * Returns this throttle for calls that take several permits of each bucket at once. Calls of both
   * wait in one order.
   *
   * @param cost at least 1; a call that costs more than a limit can ever give is refused at once
   */
  public Throttle withCost(int cost) {
    int[] all = new int[route.buckets.length];
    Arrays.fill(all, checkedCost(cost));
    return new Throttle(route, settings.withCosts(all));
  }

  /**
   * Returns this throttle for calls that take several permits of one bucket at once: one request,
   * but a thousand tokens.
   *
   * @param bucket the name of one of the buckets
   * @param cost at least 1
   */
  public Throttle withCost(String bucket, int cost) {
    int[] all = settings.costsPerBucket(route.buckets.length);
    all[indexOf(bucket)] = checkedCost(cost);
    return new Throttle(route, settings.withCosts(all));
  }

  static int checkedCost(int cost) {
    if (cost < 1) {
      throw badArgument("cost must be at least 1, but was %d.", cost);
    }
    return cost;
  }

  private int indexOf(String bucket) {
    requireNonNull(bucket, "bucket name");
    for (int i = 0; i < route.buckets.length; i++) {
      if (route.buckets[i].name().equals(bucket)) {
        return i;
      }
    }
    throw badArgument("no bucket '%s' among those of this %s.", bucket, this);
  }

  /** Returns this throttle for calls that go before others, or let them go first. */
  public Throttle withPriority(Priority priority) {
    return new Throttle(route, settings.withPriority(requireNonNull(priority, "priority")));
  }

  /**
   * Returns this throttle for the calls of one tenant, user or the like: those that wait take turns
   * between such keys, so that the flood of one does not delay the others.
   *
   * @param key told apart by {@code equals}
   */
  public Throttle withFairKey(Object key) {
    return new Throttle(route, settings.withFairKey(BadArgument.requireKey(key, "fair key")));
  }

  /**
   * Returns this throttle with another executor, on which asynchronous calls that had to wait are
   * started and futures completed; the default is that of {@link Buckets}.
   */
  public Throttle withExecutor(Executor executor) {
    return new Throttle(route, settings.withExecutor(requireNonNull(executor, "executor")));
  }

  /** Returns this throttle after its buckets were told who calls, for their warnings. */
  public Throttle calledBy(String caller) {
    requireNonNull(caller, "caller");
    for (Bucket bucket : route.buckets) {
      bucket.family.calledBy(caller);
    }
    return this;
  }

  /** Returns whether its buckets are among those. */
  public boolean isOf(Buckets all) {
    return route.room == all.room;
  }

  /** Returns the buckets in the order in which they are tried. */
  public List<Bucket> buckets() {
    return List.of(route.buckets);
  }

  /** Returns how many permits of a bucket a call takes. */
  public int cost(String bucket) {
    return settings.costsPerBucket(route.buckets.length)[indexOf(bucket)];
  }

  /** Returns how many permits of the first bucket a call takes. */
  public int cost() {
    return firstCost;
  }

  /** Returns the priority of its calls. */
  public Priority priority() {
    return settings.priority();
  }

  /**
   * Returns the least time that a call which asks now has to wait: exact where calls in flight
   * complete now and nobody leaves; zero where nothing is known; 292 years where it costs more than
   * a limit can ever give.
   */
  public Duration predict() {
    return Duration.ofNanos(route.room.predict(this));
  }

  /** Returns the least time like {@link #predict()} for a call of another cost. */
  public Duration predict(int cost) {
    return withCost(cost).predict();
  }

  // ---- synchronous

  /**
   * Returns a permit, after waiting for it if need be.
   *
   * <p>Parks the calling thread while it waits; a virtual thread unmounts.
   *
   * @throws ThrottledException if the wait is longer than {@code maxWait} (at once where that can
   *     be predicted), if too many wait already, if it must not block, or if the thread is
   *     interrupted while it waits, in which case its interrupt flag is set again
   */
  public Permit acquire() {
    return new Permit(this, begin());
  }

  /**
   * Returns a permit if it is free now and nobody waits for it, otherwise null. Never blocks.
   *
   * <p>A bucket in {@link Mode#SHADOW}, and any while all are switched off, refuses nobody.
   */
  public @Nullable Permit tryAcquire() {
    long stamp = takeNow();
    if (stamp < 0 && route.mayBeUnhindered()) {
      Passer passer = new Passer(this);
      stamp = route.room.pass(passer) ? passer.stamp : Slots.NONE;
    }
    if (stamp < 0) {
      noteRefusal();
      return null;
    }
    return new Permit(this, stamp);
  }

  /** Says to the limits that a call of this kind has got no permit. */
  void noteRefusal() {
    for (int i = 0; i < slots.length; i++) {
      slots[i].noteRefusal(costs[i], high);
    }
  }

  /**
   * Makes a call when its turn has come, in the calling thread.
   *
   * @return what the call returned
   * @throws ThrottledException as {@link #acquire}; the call was not made then
   * @throws Exception what the call threw
   */
  public <T extends @Nullable Object> T call(Callable<T> call) throws Exception {
    requireNonNull(call, "call");
    long stamp = begin();
    try {
      return call.call();
    } finally {
      end(stamp);
    }
  }

  /**
   * Takes a permit like {@link #acquire}, without an object for it: the form for generated code and
   * client hooks.
   *
   * @return a stamp, to be handed to {@link #end} or {@link #giveBack} exactly once, by any thread.
   *     That it is used once is not checked
   * @throws ThrottledException as {@link #acquire}
   */
  public long begin() {
    long stamp = takeNow();
    return stamp >= 0 ? stamp : WaitingThread.await(this);
  }

  /**
   * Refuses to wait in this thread if it must not block: for hooks that are about to wait otherwise
   * than by {@link #acquire}, which looks by itself.
   *
   * @throws ThrottledException if so
   */
  public void requireMayBlock() {
    if (route.room.mustNotBlock()) {
      throw WaitingThread.refusal(this);
    }
  }

  /** Says that the call which began with this stamp is complete. Never blocks for long. */
  public void end(long stamp) {
    Slots one = only;
    if (one == null) {
      endAll(stamp);
    } else if (one.complete((int) stamp, firstCost)) {
      route.room.look(one);
    }
  }

  private void endAll(long stamp) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    // They share a clock, and reading it costs about as much as all else.
    long now = slots[0].terms().now();
    for (int i = 0; i < slots.length; i++) {
      if (slots[i].completeAt(cohort(stamp, wide, i), costs[i], now)) {
        route.room.look(slots[i]);
      }
    }
  }

  /** Says that nothing was sent under this stamp: its slots are free at once. */
  public void giveBack(long stamp) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    for (int i = 0; i < slots.length; i++) {
      if (slots[i].giveBack(cohort(stamp, wide, i), costs[i])) {
        route.room.look(slots[i]);
      }
    }
  }

  // ---- asynchronous

  /**
   * Returns at once a future of a permit. Never blocks.
   *
   * <p>If the permit is free now the future is complete; otherwise it is completed on the executor,
   * with a permit or with a {@link ThrottledException}. Whoever cancels it before leaves the queue
   * and costs nobody a permit.
   */
  public CompletableFuture<Permit> acquireAsync() {
    long stamp = takeNow();
    return stamp >= 0
        ? CompletableFuture.completedFuture(new Permit(this, stamp))
        : new WaitingPermit(this).join();
  }

  /**
   * Makes an asynchronous call when its turn has come. Never blocks.
   *
   * <p>If a permit is free now the call starts in the calling thread, otherwise on the executor;
   * its permit is complete when the stage is, in whatever way. Cancelling the returned future
   * before the start means that the call is never made; cancelling it later cancels the stage's
   * future.
   *
   * @return a future of the call's outcome; it fails with what {@code call} threw, or with a {@link
   *     ThrottledException}, and then the call was not made
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call) {
    requireNonNull(call, "call");
    return callAsyncWithPermit(permit -> call.get());
  }

  /**
   * Makes an asynchronous call like {@link #callAsync} that may complete its permit before its
   * stage: because it knows that the provider has counted it.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsyncWithPermit(
      Function<? super Permit, ? extends CompletionStage<T>> call) {
    requireNonNull(call, "call");
    long stamp = takeNow();
    WaitingCall<T> waiting = new WaitingCall<>(this, call);
    return stamp >= 0 ? waiting.startNow(stamp) : waiting.join();
  }

  // ---- what the provider says

  /**
   * Returns what is needed to act on the provider's answer to a call that is sent now; to be asked
   * for after its permit was granted. Never blocks for long; takes a lock for each limit.
   */
  public Sent sent() {
    return new Sent(this, null);
  }

  // ---- actual costs

  /** Ends a permit whose call has cost something else than it took. */
  void end(long stamp, Adjustment actual) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    for (int i = 0; i < slots.length; i++) {
      if (actual.complete(slots[i], i, cohort(stamp, wide, i), costs[i])) {
        route.room.look(slots[i]);
      }
    }
  }

  /** Notes what a call has really cost of a bucket, or of all if none is named. */
  void adjust(Adjustment adjustment, @Nullable String bucket, int actualCost) {
    Bucket only = bucket == null ? null : route.buckets[indexOf(bucket)];
    for (int i = 0; i < slots.length; i++) {
      if (only == null || slots[i].bucket == only) {
        adjustment.set(slots[i], i, costs[i], actualCost);
      }
    }
    route.remember();
  }

  boolean hasOneCost() {
    return Arrays.stream(costs).allMatch(cost -> cost == costs[0]);
  }

  // ---- taking

  Line line() {
    return route.line(settings.priority(), settings.fairKey());
  }

  /** Returns how many permits a call takes of one of the route's limits. */
  int cost(int i) {
    return costs[i];
  }

  /** Returns the names of the buckets, as the flight recorder shows them. */
  String names() {
    return buckets().stream().map(Bucket::name).collect(Collectors.joining(" + "));
  }

  /** Takes what is free; returns a stamp, or below zero if a limit refused. */
  private long takeNow() {
    Slots one = only;
    long stamp = one == null ? takeAll() : one.tryTake(firstCost, high);
    if (stamp >= 0) {
      if (route.keyed) {
        route.remember();
      }
      if (events.listener != null) {
        events.grantedAtOnce(this);
      }
    }
    return stamp;
  }

  /** Takes from all limits or from none. */
  private long takeAll() {
    int[] wide = wideStamps == null ? null : new int[slots.length];
    long stamp = 0;
    for (int i = 0; i < slots.length; i++) {
      int cohort = slots[i].tryTake(costs[i], high);
      if (cohort == Slots.NONE) {
        giveBackFirst(i, stamp, wide);
        return Slots.NONE;
      }
      if (wide == null) {
        stamp |= Stamps.of(cohort, i);
      } else {
        wide[i] = cohort;
      }
    }
    return wideStamps == null || wide == null ? stamp : wideStamps.add(wide);
  }

  private void giveBackFirst(int count, long stamp, int @Nullable [] wide) {
    for (int i = 0; i < count; i++) {
      if (slots[i].undo(cohort(stamp, wide, i), costs[i])) {
        route.room.look(slots[i]);
      }
    }
  }

  /** Returns the stamp of a permit that the waiting room has taken. */
  long stampOf(int[] cohorts) {
    if (wideStamps != null) {
      return wideStamps.add(cohorts);
    }
    long stamp = 0;
    for (int i = 0; i < cohorts.length; i++) {
      stamp |= Stamps.of(cohorts[i], i);
    }
    return stamp;
  }

  /**
   * Lets the hold of a permit that was waited for begin when its call does, which may be later than
   * the grant.
   *
   * @return the stamp from now on, or below zero if the call comes so late that its slots were
   *     taken for used: the permit is gone
   */
  long renew(long stamp) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    int[] cohorts = new int[slots.length];
    boolean gone = false;
    for (int i = 0; i < slots.length; i++) {
      int before = cohort(stamp, wide, i);
      int now = slots[i].renew(before, costs[i]);
      gone |= now == Slots.NONE;
      cohorts[i] = now == Slots.NONE ? before : now;
    }
    long renewed = stampOf(cohorts);
    if (gone) {
      giveBack(renewed);
      return Slots.NONE;
    }
    return renewed;
  }

  private static int cohort(long stamp, int @Nullable [] wide, int i) {
    return wide == null ? Stamps.cohort(stamp, i) : wide[i];
  }

  /** Returns the buckets as messages show them. */
  @Override
  public String toString() {
    return "throttle of " + buckets();
  }
}
