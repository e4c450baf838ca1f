package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A named, stateful limit that calls pass, alone or together with others as a {@link Throttle}; or
 * several limits of one name.
 *
 * <p>Made by {@link Buckets#define} or, one for each key, by {@link KeyedBuckets}; safe for use by
 * many threads. Limit, mode and pause can be changed at any time; calls that wait follow at once,
 * permits in use stay in use.
 */
public final class Bucket {

  /** How many calls may wait for a bucket that names no {@code maxQueue}. */
  public static final int DEFAULT_MAX_QUEUE = 100_000;

  final Family family;

  /** The first of the bucket's limits; the others hang on it. */
  final Slots slots;

  private final @Nullable Object key;

  /**
   * Whether the cache of its family has let go of it, so that whoever still has it and takes a
   * permit must put it back; see {@link KeyedBuckets}.
   */
  volatile boolean forgotten;

  /** Whether there was no room for its key, so that it is only for the call that asked. */
  final boolean passing;

  Bucket(Family family, @Nullable Object key, List<Limit> limits) {
    this(family, key, limits, false);
  }

  Bucket(Family family, @Nullable Object key, List<Limit> limits, boolean passing) {
    this.family = family;
    this.key = key;
    this.passing = passing;
    Slots last = null;
    for (int i = limits.size() - 1; i >= 0; i--) {
      last = new Slots(this, family.terms(limits.get(i)), last);
    }
    this.slots = requireNonNull(last, "limit of bucket '" + family.name + "'");
  }

  /** Returns the name, unique among its {@link Buckets}. */
  public String name() {
    return family.name;
  }

  /** Returns the key whose bucket it is, or null if the name has only one bucket. */
  public @Nullable Object key() {
    return key;
  }

  /** Returns the limit; of several, the first. */
  public Limit limit() {
    return slots.terms().limit;
  }

  /** Returns all limits, in the order of definition. */
  public List<Limit> limits() {
    List<Limit> limits = new ArrayList<>(1);
    for (Slots of = slots; of != null; of = of.next) {
      limits.add(of.terms().limit);
    }
    return List.copyOf(limits);
  }

  /** Returns how many calls may wait for this bucket at once. */
  public int maxQueue() {
    return family.maxQueue;
  }

  /**
   * Returns how many permits of the (first) limit are held by calls, or not back yet after them;
   * never blocks for long.
   */
  public int inUse() {
    return slots.inUse();
  }

  /** Returns how many calls wait to pass this bucket. */
  public int waiting() {
    Gate gate = slots.gate;
    return gate == null ? 0 : gate.waiting;
  }

  /** Returns the state of this bucket, all of one instant; never blocks for long. */
  public Snapshot snapshot() {
    return family.room.snapshot(this);
  }

  // ---- shared with other processes

  /**
   * Shares the limit with all processes that do so by the same store, under the same name. From now
   * on they grant together what one of them could by itself. Calls wait until there is a lease;
   * those that went out before count.
   *
   * <p>Does not wait for the store. What the configuration says of sharing goes before this, and
   * its other settings of sharing, such as {@code throttle.shared.namespace}, are used.
   *
   * <p>A module that knows the store must be on the class path, such as {@code
   * throttle-remote-redis}.
   *
   * @param address of the store, such as {@code redis://HOST:PORT}
   * @return this bucket
   * @throws IllegalArgumentException if the address is wrong or no module knows it, or this bucket
   *     cannot be shared, or is by another store
   */
  public Bucket shared(String address) {
    return shared(SharedBy.at(address));
  }

  /**
   * Shares the limit like {@link #shared(String)} by a store that wants to know who asks.
   *
   * @param address of the store, such as {@code https://HOST}
   */
  public Bucket shared(String address, String clientId, String clientSecret) {
    return shared(SharedBy.at(address, clientId, clientSecret));
  }

  /** Shares the limit like {@link #shared(String)}, as is said there. */
  public Bucket shared(SharedBy by) {
    requireNonNull(by, "by");
    Shares shares = family.shares;
    if (shares == null) {
      throw badArgument(
          "%s cannot be shared, since the buckets of keys come and go. Share one without a key.",
          this);
    }
    shares.share(this, by);
    return this;
  }

  /** Returns by what the limit is shared, or null if it is only for this process. */
  public @Nullable SharedBy sharedBy() {
    return family.sharedBy;
  }

  // ---- live change

  /**
   * Changes the limit; permits in use stay in use and come back by the new one.
   *
   * @throws IllegalArgumentException if the bucket has several limits
   */
  public void change(Limit limit) {
    change(List.of(requireNonNull(limit, "limit")));
  }

  /**
   * Changes the limits like {@link #change(Limit)}.
   *
   * @param limits as many as the bucket has, in the order of definition
   * @throws IllegalArgumentException if they are more or fewer, or the bucket is leased and a
   *     limit's permits come back one after another, or its windows are those of a calendar
   */
  public void change(List<Limit> limits) {
    List<Terms> wholes = terms(limits);
    family.room.change(this, present -> changed(present, wholes));
  }

  /**
   * Changes the limits like {@link #change(List)} if they are still what the caller has seen: for
   * those who make new ones of them.
   *
   * @param seen what {@link #limits} returned
   * @return whether they were; if not, nothing changed
   */
  public boolean change(List<Limit> seen, List<Limit> limits) {
    List<Limit> expected = List.copyOf(requireNonNull(seen, "seen"));
    List<Terms> wholes = terms(limits);
    return family.room.change(
        this, present -> expected.equals(limitsOf(present)) ? changed(present, wholes) : null);
  }

  private List<Terms> terms(List<Limit> limits) {
    List<Limit> copy = List.copyOf(requireNonNull(limits, "limits"));
    int count = limits().size();
    if (copy.size() != count) {
      throw badArgument(
          "%s has %d limit(s), which can be changed but not become %d. Give as many as it was"
              + " defined with.",
          this, count, copy.size());
    }
    return copy.stream().map(family::terms).toList();
  }

  /** A lease stays as it is, but for what the new limit has not. */
  private List<Terms> changed(List<Terms> present, List<Terms> wholes) {
    List<Terms> changed = new ArrayList<>(wholes.size());
    for (int i = 0; i < wholes.size(); i++) {
      Terms now = present.get(i);
      Terms whole = wholes.get(i);
      if (now.leased) {
        checkLeasable(whole);
      }
      changed.add(now.leased ? whole.leasedLike(now) : whole);
    }
    return changed;
  }

  private static List<Limit> limitsOf(List<Terms> terms) {
    return terms.stream().map(of -> of.limit).toList();
  }

  /**
   * Says how many permits of each limit are for this process; until this is first called, all are.
   * For those who share a limit with other processes. Permits in use stay in use: if they are more,
   * nothing is granted before enough of them are back.
   *
   * @param permits at least 0, one number for each limit; above the limit means all of it
   * @throws IllegalArgumentException if the numbers are not those of the limits, it is the bucket
   *     of a key, or a limit's permits come back one after another, so that each process would have
   *     them at the full rate, or its windows are those of a calendar
   */
  public void lease(List<Integer> permits) {
    lease(permits, Terms::leasing);
  }

  /**
   * Leases like {@link #lease(List)}, but no longer than until some time: the first look at the
   * bucket's state from then on takes what is left of the lease. Calls look themselves, but not for
   * permits that they find free. So who leases has to look, by {@link #snapshot}, when the lease
   * ends, on a thread that nothing else keeps busy. Another lease goes before this one, earlier or
   * later; one that has ended when it is told is none.
   *
   * @param end the tick of the time source from which on nothing is leased
   */
  public void lease(List<Integer> permits, long end) {
    // Under the lock, so that who is late does not bring back what has ended.
    lease(permits, (whole, slots) -> whole.leasing(family.time.nanos() - end < 0 ? slots : 0, end));
  }

  private void lease(List<Integer> permits, BiFunction<Terms, Integer, Terms> leasing) {
    List<Integer> slots = checkedLease(permits);
    family.room.change(this, present -> leasing(present, slots, leasing));
  }

  private List<Integer> checkedLease(List<Integer> permits) {
    List<Integer> copy = List.copyOf(requireNonNull(permits, "permits"));
    if (key != null) {
      throw badArgument(
          "%s cannot be leased, since it may be forgotten, and its lease with it. Lease one without"
              + " a key.",
          this);
    }
    int count = limits().size();
    if (copy.size() != count) {
      throw badArgument(
          "%s has %d limit(s), but %d number(s) of permits were given. Give one for each.",
          this, count, copy.size());
    }
    for (int permitsOfOne : copy) {
      if (permitsOfOne < 0) {
        throw badArgument("permits of a lease must be at least 0, but were %d.", permitsOfOne);
      }
    }
    return copy;
  }

  private List<Terms> leasing(
      List<Terms> present, List<Integer> slots, BiFunction<Terms, Integer, Terms> leasing) {
    List<Terms> leased = new ArrayList<>(slots.size());
    for (int i = 0; i < slots.size(); i++) {
      checkLeasable(present.get(i));
      leased.add(leasing.apply(present.get(i), slots.get(i)));
    }
    return leased;
  }

  private void checkLeasable(Terms terms) {
    if (terms.drips) {
      throw badArgument(
          "%s cannot be leased as %s, since its permits come back one after another. Use a sliding"
              + " window of the burst, and of the time in which all of it comes back.",
          this, terms.limit);
    }
    Windows windows = terms.limit.windows();
    if (windows != null && windows.calendar() != null) {
      throw badArgument(
          "%s cannot be leased as %s, since windows of a calendar differ in length. Use a sliding"
              + " window as long as the longest of them.",
          this, terms.limit);
    }
  }

  /**
   * Returns what calls were refused of one limit since this was asked last, because its lease had
   * too little free. For the one who leases: calls that do not wait are never seen waiting.
   *
   * @param limit the index of one of {@link #limits}
   */
  public Refused takeRefusedOfLease(int limit) {
    Slots of = slots;
    for (int i = 0; i < limit; i++) {
      of = Objects.requireNonNull(of.next, "there is no such limit.");
    }
    return of.takeRefusedOfLease();
  }

  /**
   * What calls were refused of one limit.
   *
   * @param permits how many permits in all
   * @param dearest how many the dearest of these calls takes; zero if there was none
   */
  public record Refused(long permits, int dearest) {}

  /**
   * Moves the windows of its fixed-window limits so that one begins at this instant, as a provider
   * says of its next reset. Other limits stay as they are.
   */
  public void resetAt(Instant instant) {
    requireNonNull(instant, "instant");
    List<Limit> seen;
    do {
      seen = limits();
    } while (!change(seen, seen.stream().map(limit -> resetAt(limit, instant)).toList()));
  }

  private static Limit resetAt(Limit limit, Instant instant) {
    Windows windows = limit.windows();
    return windows == null ? limit : limit.withWindows(windows.beginningAt(instant));
  }

  /** Returns what it does with calls for which it has no permit. */
  public Mode mode() {
    return family.mode;
  }

  /** Changes what it does with calls for which it has no permit; of a key, for all keys. */
  public void change(Mode mode) {
    family.mode = requireNonNull(mode, "mode");
    family.room.lookAt(family.keyed == null ? List.of(this) : family.keyed.all());
  }

  /** Returns whether it acts on what the provider says; see {@link Sent#heed}. */
  public boolean heedsSignals() {
    return family.heedsSignals;
  }

  /**
   * Says whether it acts from now on on what the provider says: for a provider whose answers say
   * something else than they seem to. Of a key, for all keys. What was acted on stays so.
   */
  public void heedSignals(boolean heed) {
    family.heedsSignals = heed;
  }

  /**
   * Grants nothing for so long, also not to those who wait already. A shorter pause does not end a
   * longer one.
   *
   * @param duration not negative; anything above 100 years is until {@link #resume}
   */
  public void pause(Duration duration) {
    family.room.pause(this, Nanos.wait("pause", duration));
    remember();
  }

  /** Ends a pause; nothing happens if there is none. */
  public void resume() {
    family.room.resume(this);
  }

  // ---- for the other classes of this package

  /** Returns whether nothing would be lost if this bucket were made anew. */
  boolean isIdle() {
    // Who is granted takes before he stops waiting: what was free while he waited, is free no more.
    return isFree() && (slots.gate == null || (family.room.isUnused(this) && isFree()));
  }

  private boolean isFree() {
    for (Slots of = slots; of != null; of = of.next) {
      if (!of.isIdle()) {
        return false;
      }
    }
    return true;
  }

  /** Puts it back if its cache has let go of it; after whatever makes it one not to be lost. */
  void remember() {
    if (forgotten) {
      requireNonNull(family.keyed, "keys").remember(this);
    }
  }

  void overheld(Limit limit, int count) {
    family.overheld(this, limit, count);
  }

  /** Returns name and limit as messages show them: {@code bucket 'api.foo.com' (600 per PT1M)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(family.toString());
    if (key != null) {
      text.append(" of one key"); // which may be a secret
    }
    String separator = " (";
    for (Limit limit : limits()) {
      text.append(separator).append(limit);
      separator = " and ";
    }
    return text.append(')').toString();
  }
}
