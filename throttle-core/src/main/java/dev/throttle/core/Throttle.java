package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
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

  final Bucket[] buckets;
  final Line line;
  final long maxWaitNanos;
  final WaitingRoom room;
  final Executor executor;
  private final Slots[] slots;
  private final int cost;
  private final @Nullable WideStamps wideStamps;

  Throttle(WaitingRoom room, Executor executor, Bucket[] buckets) {
    this(room, executor, buckets, new Line(buckets), 1, Nanos.FOR_EVER);
  }

  private Throttle(
      WaitingRoom room,
      Executor executor,
      Bucket[] buckets,
      Line line,
      int cost,
      long maxWaitNanos) {
    this.room = room;
    this.executor = executor;
    this.buckets = buckets;
    this.line = line;
    this.cost = cost;
    this.maxWaitNanos = maxWaitNanos;
    this.slots = new Slots[buckets.length];
    for (int i = 0; i < buckets.length; i++) {
      slots[i] = buckets[i].slots;
      if (cost > buckets[i].limit().permits()) {
        throw badArgument(
            "cost must be at most the limit, but was %d for %s: such a call could never pass.",
            cost, buckets[i]);
      }
    }
    this.wideStamps = buckets.length > Stamps.MOST ? new WideStamps() : null;
  }

  /**
   * Returns this throttle with a bound on waiting: zero refuses whoever would have to wait. Calls
   * of both wait in one order.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Throttle withMaxWait(Duration maxWait) {
    return new Throttle(room, executor, buckets, line, cost, Nanos.wait("maxWait", maxWait));
  }

  /**
   * Returns this throttle for calls that take several permits of each bucket at once. Calls of both
   * wait in one order.
   *
   * @param cost from 1 to the smallest limit of the buckets
   * @throws IllegalArgumentException if it is outside of that
   */
  public Throttle withCost(int cost) {
    if (cost < 1) {
      throw badArgument("cost must be at least 1, but was %d.", cost);
    }
    return new Throttle(room, executor, buckets, line, cost, maxWaitNanos);
  }

  /**
   * Returns this throttle with another executor, on which asynchronous calls that had to wait are
   * started and futures completed; the default is that of {@link Buckets}.
   */
  public Throttle withExecutor(Executor executor) {
    return new Throttle(
        room, requireNonNull(executor, "executor"), buckets, line, cost, maxWaitNanos);
  }

  /** Returns this throttle after its buckets were told who calls, for their warnings. */
  public Throttle calledBy(String caller) {
    requireNonNull(caller, "caller");
    for (Bucket bucket : buckets) {
      bucket.calledBy(caller);
    }
    return this;
  }

  /**
   * Returns this throttle without the buckets that another has, which then are passed already; null
   * if none is left.
   */
  public @Nullable Throttle without(Throttle passed) {
    List<Bucket> rest = new ArrayList<>(buckets());
    rest.removeAll(passed.buckets());
    Bucket[] left = rest.toArray(new Bucket[0]);
    return left.length == 0
        ? null
        : new Throttle(room, executor, left, new Line(left), cost, maxWaitNanos);
  }

  /** Returns whether its buckets are among those. */
  public boolean isOf(Buckets all) {
    return room == all.room;
  }

  /** Returns the buckets in the order in which they are tried. */
  public List<Bucket> buckets() {
    return List.of(buckets);
  }

  /** Returns how many permits of each bucket a call takes. */
  public int cost() {
    return cost;
  }

  // ---- synchronous

  /**
   * Returns a permit, after waiting for it if need be.
   *
   * <p>Parks the calling thread while it waits; a virtual thread unmounts.
   *
   * @throws ThrottledException if the wait is longer than {@code maxWait} (at once where that can
   *     be predicted), if too many wait already, or if the thread is interrupted while it waits, in
   *     which case its interrupt flag is set again
   */
  public Permit acquire() {
    return new Permit(this, begin());
  }

  /** Returns a permit if it is free now and nobody waits for it, otherwise null. Never blocks. */
  public @Nullable Permit tryAcquire() {
    long stamp = take(false);
    return stamp < 0 ? null : new Permit(this, stamp);
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
    long stamp = take(false);
    return stamp >= 0 ? stamp : WaitingThread.await(this);
  }

  /** Says that the call which began with this stamp is complete. Never blocks for long. */
  public void end(long stamp) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    for (int i = 0; i < slots.length; i++) {
      if (slots[i].complete(cohort(stamp, wide, i), cost)) {
        room.look(buckets[i]);
      }
    }
  }

  /** Says that nothing was sent under this stamp: its slots are free at once. */
  public void giveBack(long stamp) {
    int[] wide = wideStamps == null ? null : wideStamps.remove(stamp);
    for (int i = 0; i < slots.length; i++) {
      if (slots[i].giveBack(cohort(stamp, wide, i), cost)) {
        room.look(buckets[i]);
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
    long stamp = take(false);
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
    long stamp = take(false);
    WaitingCall<T> waiting = new WaitingCall<>(this, call);
    return stamp >= 0 ? waiting.startNow(stamp) : waiting.join();
  }

  // ---- taking

  /**
   * Takes from all buckets or from none.
   *
   * @param inTurn whether the waiting room asks, which keeps the order itself
   * @return a stamp, or the complement of the index of the bucket that refused
   */
  long take(boolean inTurn) {
    int[] wide = wideStamps == null ? null : new int[slots.length];
    long stamp = 0;
    for (int i = 0; i < slots.length; i++) {
      int cohort = inTurn ? slots[i].takeInTurn(cost) : slots[i].tryTake(cost);
      if (cohort == Slots.NONE) {
        giveBackFirst(i, stamp, wide, inTurn);
        return ~i;
      }
      if (wide == null) {
        stamp |= Stamps.of(cohort, i);
      } else {
        wide[i] = cohort;
      }
    }
    return wideStamps == null || wide == null ? stamp : wideStamps.add(wide);
  }

  private void giveBackFirst(int count, long stamp, int @Nullable [] wide, boolean inTurn) {
    for (int i = 0; i < count; i++) {
      if (slots[i].giveBack(cohort(stamp, wide, i), cost) && !inTurn) {
        room.look(buckets[i]);
      }
    }
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
    long renewed = 0;
    boolean gone = false;
    for (int i = 0; i < slots.length; i++) {
      int before = cohort(stamp, wide, i);
      int now = slots[i].renew(before, cost);
      gone |= now == Slots.NONE;
      cohorts[i] = now == Slots.NONE ? before : now;
      renewed |= wide == null ? Stamps.of(cohorts[i], i) : 0;
    }
    if (wideStamps != null) {
      renewed = wideStamps.add(cohorts);
    }
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
