package dev.throttle.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The N slots of one limit of a bucket: which are free, which are taken, and when the rest come
 * back.
 *
 * <h2>The promise</h2>
 *
 * A slot is taken at the grant and comes back no earlier than one period (and the guard) after its
 * call was complete. The provider counts a call at some instant between the two; hence N + 1 calls
 * counted within one period would need N + 1 slots. The other algorithms differ only in when a
 * completed slot comes back: {@link Terms} with the end of the window, {@link Drip} one by one.
 *
 * <h2>Taking is one compare-and-set</h2>
 *
 * {@link #word} holds the number of free slots, a gate, and the current cohort. Whoever finds the
 * gate open and a slot free takes it with one compare-and-set and no look at the clock. A closed
 * gate means that somebody waits: then only the waiting room takes, in its order. The gate is in
 * the same word so that nobody can slip in between the closing and the next free slot.
 *
 * <h2>Completing is one look at the clock and one compare-and-set</h2>
 *
 * A completed slot joins the {@link #open} run. Only once in a 1,024th of the period a run is over,
 * and the next completion opens another under the lock. Due slots are collected when somebody finds
 * none free, and when a run is opened; so the runs stay bounded even where slots never get scarce.
 *
 * <h2>Cohorts: who has held a slot too long</h2>
 *
 * A call that never completes must not hold its slot for ever, yet the fast path neither reads the
 * clock nor writes down who took what. So slots are taken in cohorts. The cohort of a grant is part
 * of the word that its compare-and-set changed, hence exact; the caller keeps that number and
 * brings it back. At the turn of a cohort (under the lock: change the number in the word, then seal
 * the open run, which only that cohort could join) the slots that it still holds are known by
 * difference:
 *
 * <pre>
 * held = free at the start + freed meanwhile - free at the turn - completed in the cohort's runs
 * </pre>
 *
 * Later completions of an old cohort come through the lock and lower its number. What is left one
 * hold after the cohort's end begins its rest then, and a straggler that completes later finds its
 * cohort gone and changes nothing. All these sums are of 32 bits and may wrap; their difference is
 * in [0, N].
 *
 * <p>Free slots may be fewer than none: after a live change to a smaller limit, a grant in shadow
 * mode, or an actual cost above the estimate. All sums hold as they are.
 *
 * <p>With {@code countedWithin} the hold is that short time, and running out of it is no accident.
 * Its cohorts have to be narrow, so that such a bucket takes the lock and reads the clock at each
 * grant.
 *
 * <p>A cohort's number has 21 bits. A call would have to outlive two million turns, and end in the
 * one that bears its number again, to be taken for another.
 *
 * <h2>The end of a lease</h2>
 *
 * Slots that are leased until some tick are taken from the word by the first look at the clock from
 * then on, in {@link #collect}, whatever it was for. Who takes what the word says is free does not
 * look at the clock, which would cost as much as all else; so somebody has to look when the lease
 * ends, and may not be held up. See {@link Bucket#lease(List, long)}.
 *
 * <p>Memory: {@code word}, {@code open}, {@code terms} and {@code Run.state} are volatile; all else
 * is guarded by {@code this}. The monitor is held for some dozen instructions, never around a wait
 * or foreign code; it is the object's own so that an idle bucket stays small.
 */
final class Slots {

  /** No slot was taken. */
  static final int NONE = -1;

  static final int COHORT_BITS = 21;
  static final int COHORT_MASK = (1 << COHORT_BITS) - 1;

  /** The number of no cohort: what was granted so far beyond the limit that nobody counts it. */
  private static final int UNCOUNTED = COHORT_MASK;

  private static final int FEWEST_FREE = -(1 << 30);
  private static final int COHORT_SHIFT = 64 - COHORT_BITS;
  private static final long ONE_COHORT = 1L << COHORT_SHIFT;
  private static final long GATE = 1L << 32;
  private static final long FREE = GATE - 1;

  /** A clock that may be set is looked at this often. */
  private static final long LONGEST_LOOK = 3_600_000_000_000L;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Slots.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Bucket bucket;

  /** The next limit of the same bucket. */
  final @Nullable Slots next;

  /** Who waits here; guarded by the waiting room's lock, null as long as nobody ever did. */
  volatile @Nullable Gate gate;

  /** Cohort in the upper 21 bits, the gate in bit 32 (set: closed), free slots in the lower 32. */
  private volatile long word;

  private volatile Terms terms;

  /** The run that completions of the current cohort may join. */
  private volatile @Nullable Run open;

  /** Null as long as nothing has happened that one run cannot hold. */
  private @Nullable Past past;

  private long cohortStart;
  private int cohortGiven;
  private int cohortCompleted;

  Slots(Bucket bucket, Terms terms, @Nullable Slots next) {
    this.bucket = bucket;
    this.terms = terms;
    this.next = next;
    word = terms.capacity;
    cohortGiven = terms.capacity;
    cohortStart = terms.now();
  }

  Terms terms() {
    return terms;
  }

  // ---- taking

  /**
   * Takes slots unless the gate is closed.
   *
   * @param high whether they may come out of the reserve
   * @return the cohort, to be brought back at completion, or {@link #NONE}
   */
  int tryTake(int cost, boolean high) {
    int cohort = takeFree(cost, high, 0);
    return cohort != NONE || !isOpen(word) ? cohort : collectAndTake(cost, high, 0);
  }

  /** Takes slots for the waiting room, which keeps the order, whatever the gate. */
  int takeInTurn(int cost, boolean high) {
    int cohort = takeFree(cost, high, GATE);
    return cohort != NONE ? cohort : collectAndTake(cost, high, GATE);
  }

  /** Takes slots that are known to be free, if no look at the clock is needed. */
  private int takeFree(int cost, boolean high, long ignored) {
    Terms now = terms;
    if (!now.looksAtClock) {
      long least = high ? cost : (long) cost + now.reserved;
      long w = word;
      while (isOpen(w & ~ignored) && (int) w >= least) {
        if (WORD.compareAndSet(this, w, w - cost)) {
          return cohortOf(w);
        }
        Collision.stepAside();
        w = word;
      }
    }
    return NONE;
  }

  private synchronized int collectAndTake(int cost, boolean high, long ignored) {
    long now = collect();
    Drip drip = terms.paced ? drip() : null;
    if (drip != null && drip.pausesFor(now) > 0) {
      return NONE;
    }
    long least = high ? cost : (long) cost + terms.reserved;
    long w;
    do {
      w = word;
      if (!isOpen(w & ~ignored) || (int) w < least) {
        return NONE;
      }
    } while (!WORD.weakCompareAndSet(this, w, w - cost));
    noteGrant(now, cost);
    return cohortOf(w);
  }

  /**
   * Takes slots whether they are free or not, even if none is left then: for calls that nobody
   * holds up.
   *
   * @return the cohort
   */
  synchronized int takeAnyway(int cost) {
    long now = collect();
    long w;
    do {
      w = word;
      if ((long) (int) w - cost < FEWEST_FREE) {
        return UNCOUNTED;
      }
    } while (!WORD.weakCompareAndSet(this, w, plus(w, -cost)));
    noteGrant(now, cost);
    return cohortOf(w);
  }

  private void noteGrant(long now, int cost) {
    if (terms.timed) {
      past().lastGrant = now;
    }
    if (terms.paced) {
      drip().granted(terms, now, cost);
    }
  }

  /**
   * Lets the hold of taken slots begin anew: between a grant and the call's start some time may
   * have passed, on an executor's queue or for want of a processor.
   *
   * @return the cohort they belong to now, or {@link #NONE} if their hold is over and they are gone
   */
  int renew(int cohort, int cost) {
    return !terms.timed && cohort == cohortOf(word) ? cohort : renewUnderLock(cohort, cost);
  }

  private synchronized int renewUnderLock(int cohort, int cost) {
    if (cohort == UNCOUNTED) {
      return UNCOUNTED;
    }
    long now = collect();
    if (cohort != cohortOf(word)) {
      if (!takeFromCohort(cohort, cost)) {
        return NONE;
      }
      cohortGiven += cost;
    }
    if (terms.timed) {
      past().lastGrant = now;
    }
    return cohortOf(word);
  }

  // ---- giving back

  /**
   * Says that a call is complete: its slots begin their rest.
   *
   * @return whether the waiting room must look at this bucket
   */
  boolean complete(int cohort, int cost) {
    // The clock first: the run's cache line, which other threads want, is then touched only once.
    return (open == null && terms.isConcurrency())
        ? giveBack(cohort, cost)
        : completeAt(cohort, cost, terms.now());
  }

  /** Does the same for a call that was complete then, just now. */
  boolean completeAt(int cohort, int cost, long at) {
    Run run = open;
    if (run == null && terms.isConcurrency()) {
      return giveBack(cohort, cost);
    }
    if (run != null && run.join(cohort, at, cost)) {
      // Whoever waits has a timer for this run already, or for an earlier one.
      return false;
    }
    return completeUnderLock(cohort, cost);
  }

  private synchronized boolean completeUnderLock(int cohort, int cost) {
    long now = collect();
    if (cohort == cohortOf(word)) {
      Run run = open;
      if (run == null || !run.join(cohort, now, cost)) {
        sealOpen();
        open = new Run(now, cohort, cost, terms.spanFrom(now));
      }
    } else {
      if (!takeFromCohort(cohort, cost)) {
        return false;
      }
      past().runs.add(now, now, cost, terms);
    }
    return !isOpen(word);
  }

  /**
   * Frees slots at once: the call was never sent, or the limit is one of concurrency.
   *
   * @return whether the waiting room must look at this bucket
   */
  boolean giveBack(int cohort, int cost) {
    long w = word;
    while (cohortOf(w) == cohort) {
      if (WORD.weakCompareAndSet(this, w, plus(w, cost))) {
        return !isOpen(w);
      }
      w = word;
    }
    return giveBackUnderLock(cohort, cost);
  }

  /**
   * Undoes what this thread has just taken because another limit refuses: as if it had not asked.
   *
   * @return whether the waiting room must look at this bucket
   */
  boolean undo(int cohort, int cost) {
    if (terms.paced) {
      undoPace();
    }
    return giveBack(cohort, cost);
  }

  private synchronized void undoPace() {
    drip().undoGrant();
  }

  private synchronized boolean giveBackUnderLock(int cohort, int cost) {
    if (!takeFromCohort(cohort, cost)) {
      return false;
    }
    add(cost);
    return !isOpen(word);
  }

  // ---- the gate

  /** Keeps everybody but the waiting room from taking. */
  void closeGate() {
    WORD.getAndBitwiseOr(this, GATE);
  }

  void openGate() {
    WORD.getAndBitwiseAnd(this, ~GATE);
  }

  // ---- looking ahead

  /**
   * Returns zero if so many slots can be taken now, whatever the gate; otherwise the nanoseconds,
   * at least one, until that may be so by time alone, or for ever.
   *
   * <p>One answer to both, at one instant: a slot that gets free between two questions would be
   * neither free nor waited for.
   */
  long lookAgainIn(int cost, boolean high) {
    long in = mayBeFreeIn(cost, high);
    return terms.goesByWallClock() ? Math.min(in, LONGEST_LOOK) : in;
  }

  private synchronized long mayBeFreeIn(int cost, boolean high) {
    long now = collect();
    long missing = (long) cost + (high ? 0 : terms.reserved) - (int) word;
    return freeIn(missing, now, turnIn(now));
  }

  /** Returns how long it is until slots that are taken now are known by their cohort. */
  private long turnIn(long now) {
    return terms.cohortSpan() - (now - cohortStart);
  }

  /**
   * Returns the least time until so many more slots are free, if nothing completes.
   *
   * @param heldIn when those of the present cohort are worth a look
   */
  private long freeIn(long missing, long now, long heldIn) {
    if (missing <= 0) {
      return terms.paced ? Math.max(0, drip().pausesFor(now)) : 0;
    }
    Past before = past;
    long in = Nanos.FOR_EVER;
    if (before != null && before.cohorts != null) {
      in = restAfter(before.cohorts.nextEndIn(now, terms.holdNanos), now);
    }
    if (before != null && !before.runs.isEmpty()) {
      in =
          Math.min(
              in, terms.drips ? dripsIn(before, missing, now) : restsFor(before, missing, now));
    }
    Run run = open;
    if (run != null && (before == null || before.runs.total() < missing)) {
      in = Math.min(in, terms.restsFor(run.time(), now));
    }
    if (before != null && before.others != null && before.others.slots() > 0) {
      in = Math.min(in, before.others.forgetIn(now));
    }
    if (heldByCohort() > 0) {
      in =
          Math.min(
              in,
              before != null && terms.timed
                  ? restAfter(terms.holdNanos - (now - before.lastGrant), now)
                  : heldIn);
    }
    return Math.max(in, 1);
  }

  private long dripsIn(Past before, long missing, long now) {
    return drip().comesBackIn(terms, before.runs, Math.min(missing, before.runs.total()), now);
  }

  /** Returns how long those runs still rest that bring so many slots, or all if they are fewer. */
  private long restsFor(Past before, long missing, long now) {
    return terms.restsFor(before.runs.timeOf(missing), now);
  }

  /** Returns when slots may come back that begin to rest then. */
  private long restAfter(long in, long now) {
    if (in == Nanos.FOR_EVER) {
      return in;
    }
    return terms.drips ? in : terms.restsFor(now + in, now);
  }

  /**
   * Returns the least time in nanoseconds that must pass before a call gets its slots after others
   * have got theirs. Exact where the calls in flight complete now; later otherwise.
   *
   * @param before what the others take
   */
  synchronized long freeInAtLeast(long before, int cost, boolean high) {
    long now = collect();
    // A lease may grow to all of the limit, and what others have of it may be free.
    int all = terms.limit.capacity();
    int reserved = high ? 0 : terms.limit.reservedOf(all);
    int slots = all - reserved;
    long needed = before + cost;
    long free = (long) (int) word + (all - terms.capacity) - reserved;
    if (terms.drips) {
      return dripsFree(before, needed - free, now);
    }
    // Each slot comes back at most once per rest, in the order of a first round.
    long rounds = (needed - 1) / slots;
    long left = (needed - 1) % slots + 1 - free;
    if (left > 0) {
      return terms.restsFor(firstRound(left, now), now, rounds);
    }
    return rounds == 0 ? 0 : terms.restsFor(now, now, rounds - 1);
  }

  private long dripsFree(long before, long left, long now) {
    Drip drip = drip();
    long in = left <= 0 ? 0 : drip.comesBackIn(terms, past().runs, left, now);
    if (!terms.paced) {
      return in;
    }
    long place = drip.placeOfNext(terms, now);
    long turns = terms.dripsWithin(before);
    return Math.max(in, place < 0 ? turns + place : Nanos.add(turns, place));
  }

  /** Returns when the last of the slots that come back next was completed; at the latest now. */
  private long firstRound(long left, long now) {
    Past before = past;
    int resting = before == null ? 0 : before.runs.total();
    if (before != null && left <= resting) {
      return before.runs.timeOf(left);
    }
    Run run = open;
    return run != null && left - resting <= run.count() ? run.time() : now;
  }

  /** Returns the slots that are not free: taken or resting. */
  synchronized int inUse() {
    collect();
    return terms.capacity - (int) word;
  }

  /** Returns whether all slots are free. */
  synchronized boolean isIdle() {
    collect();
    return (int) word == terms.capacity;
  }

  /** Returns the state, all of one instant. The caller holds the waiting room's lock. */
  synchronized Snapshot.OfLimit snapshot() {
    long now = collect();
    int free = (int) word; // once: others may take meanwhile
    long heldIn = restAfter(Nanos.add(turnIn(now), terms.holdNanos), now);
    Gate gate = this.gate;
    return new Snapshot.OfLimit(
        terms.limit,
        terms.capacity,
        terms.capacity - free,
        gate == null ? 0 : gate.awaited(),
        gate == null ? 0 : gate.dearest(),
        Duration.ofNanos(freeIn(1L - free, now, heldIn)));
  }

  // ---- what calls do not get of a lease

  /** Notes that a call got no permits, if that is for want of leased ones. */
  void noteRefusal(int cost, boolean high) {
    if (terms.leased) {
      noteRefusalOfLease(cost, high);
    }
  }

  private synchronized void noteRefusalOfLease(int cost, boolean high) {
    collect();
    if ((int) word < (long) cost + (high ? 0 : terms.reserved)) {
      Past some = past();
      some.refusedOfLease += cost;
      some.dearestRefused = Math.max(some.dearestRefused, cost);
    }
  }

  synchronized Bucket.Refused takeRefusedOfLease() {
    Past some = past;
    if (some == null) {
      return new Bucket.Refused(0, 0);
    }
    Bucket.Refused refused = new Bucket.Refused(some.refusedOfLease, some.dearestRefused);
    some.refusedOfLease = 0;
    some.dearestRefused = 0;
    return refused;
  }

  // ---- what the provider says

  /** Returns how many slots have come back so far, by time or lease; differences of it count. */
  synchronized int returned() {
    collect();
    return past == null ? 0 : past.returned;
  }

  /**
   * Takes as many slots out of use as others have used of the provider's limit, or lets them be
   * used again; {@link Sent} tells why that is right.
   *
   * @param left what the provider said is left
   * @param refused whether it refused the call, so that its slots are given back next
   * @param returnedBefore what {@link #returned} was when the call was sent
   * @param own the slots of the call
   * @param tookNanos how long the answer took
   * @param resetIn in how many nanoseconds more is left by what it said, or for ever
   * @return how many more slots are out of use now; less than zero if they are fewer
   */
  synchronized int heed(
      long left, boolean refused, int returnedBefore, int own, long tookNanos, long resetIn) {
    long now = collect();
    Past some = past();
    int since = some.returned - returnedBefore;
    if (since > 0 && terms.goesByWallClock()) {
      return 0; // the window may have ended that the provider speaks of
    }
    Others others = some.others == null ? new Others() : some.others;
    int out = others.slots();
    int soon = backWithin(2 * others.slowest(tookNanos), some.runs, now);
    boolean evident;
    int told;
    int more;
    long w;
    do {
      w = word;
      long free = (int) w;
      evident = refused || left < free + out - since;
      if (!evident && !others.areAbout(now)) {
        return 0;
      }
      long inFlight = Math.max(0, terms.capacity - free - resting() - out - own);
      long unused = free + out + (refused ? own : 0);
      // Fewer than none where what comes back soon is in the answer already.
      long use = Math.min(unused, Math.max(0, left - inFlight) - soon);
      told = (int) (unused - use);
      more = others.atLeastOut(told, now - tookNanos) - out;
    } while (!WORD.weakCompareAndSet(this, w, plus(w, -more)));
    cohortGiven -= more;
    others.told(more, told, evident, terms, now, resetIn);
    some.others = others;
    return more;
  }

  /** Returns how many slots come back so soon. */
  private int backWithin(long nanos, Runs runs, long now) {
    if (terms.goesByWallClock()) {
      return 0;
    }
    return terms.drips
        ? drip().backWithin(terms, runs, nanos, now)
        : runs.completedBy(now - terms.restNanos + nanos);
  }

  private int resting() {
    Run run = open;
    return (past == null ? 0 : past.runs.total()) + (run == null ? 0 : run.count());
  }

  // ---- live change

  /**
   * Counts by other terms from now on. Slots in use stay in use, and come back by the new terms.
   */
  synchronized void change(Terms changed) {
    collect();
    int more = changed.capacity - terms.capacity;
    add(more);
    if (changed.leased && more > 0) {
      past().returned += more; // an answer that comes now does not speak of them
    }
    // Otherwise who asks often for a limit that stays the same would begin each turn anew.
    if (!changed.limit.equals(terms.limit)) {
      sealOpen();
      past().lastGrant = changed.now();
      past().drip = changed.drips ? new Drip(changed.now()) : null;
      Others others = past().others;
      if (others != null) {
        add(others.changed(changed, (int) word, changed.now()));
      }
    }
    terms = changed;
  }

  // ---- under the lock

  /**
   * Brings everything up to now, which it returns. Runs are in order of time, and whoever comes
   * late to them rests from the last one on; so the open run is sealed before a hold ends that was
   * longer, and a cohort whose hold is over already is not left for the next time.
   */
  private long collect() {
    long now = terms.now();
    if (terms.leaseIsOver(now)) {
      add(-terms.capacity);
      terms = terms.leasing(0);
    }
    Terms terms = this.terms;
    if (now - cohortStart >= terms.cohortSpan()) {
      if (heldByCohort() > 0) {
        turnCohort(now);
      } else {
        cohortStart = now;
      }
    }
    Run run = open;
    if (run != null && (terms.drips || run.isOver(now))) {
      sealOpen();
    }
    Past past = this.past;
    if (past == null) {
      return now;
    }
    if (past.cohorts != null) {
      int late = past.cohorts.endHolds(now, terms, past.runs);
      if (late > 0 && !terms.timed) {
        report(late);
      }
    }
    int due = 0;
    if (terms.drips) {
      due = drip().serve(terms, past.runs, now);
    } else {
      while (!past.runs.isEmpty() && terms.restsFor(past.runs.firstTime(), now) <= 0) {
        due += past.runs.removeFirst();
      }
    }
    if (due > 0) {
      add(due);
      past.returned += due;
    }
    if (past.others != null) {
      add(past.others.forget(terms, now));
    }
    return now;
  }

  private void report(int late) {
    try {
      bucket.family.time.schedule(0, () -> bucket.overheld(terms.limit, late));
    } catch (RejectedExecutionException closed) {
      // Nobody is left to be told; the slots come back all the same.
    }
  }

  private void turnCohort(long now) {
    long w;
    long turned;
    do {
      w = word;
      turned = w + ONE_COHORT;
      if (cohortOf(turned) == UNCOUNTED) {
        turned += ONE_COHORT;
      }
    } while (!WORD.weakCompareAndSet(this, w, turned));
    // Read after the turn, so that no grant of this cohort can be later.
    long end = terms.timed ? past().lastGrant : terms.now();
    sealOpen();
    int held = cohortGiven - (int) w - cohortCompleted;
    if (held > 0) {
      cohorts().add(cohortOf(w), end, held);
    }
    cohortGiven = (int) w;
    cohortCompleted = 0;
    cohortStart = now;
  }

  private int heldByCohort() {
    Run run = open;
    return cohortGiven - (int) word - cohortCompleted - (run == null ? 0 : run.count());
  }

  private boolean takeFromCohort(int cohort, int cost) {
    return past != null && past.cohorts != null && past.cohorts.take(cohort, cost);
  }

  private void sealOpen() {
    Run run = open;
    if (run != null) {
      open = null;
      cohortCompleted += run.sealInto(past().runs, terms);
    }
  }

  /** Adds free slots, or takes some away if that are less than none. */
  private void add(int count) {
    cohortGiven += count;
    long w;
    do {
      w = word;
    } while (!WORD.weakCompareAndSet(this, w, plus(w, count)));
  }

  // ---- what an idle bucket does not need

  private Past past() {
    Past some = past;
    if (some == null) {
      some = new Past();
      past = some;
    }
    return some;
  }

  private Cohorts cohorts() {
    Past some = past();
    if (some.cohorts == null) {
      some.cohorts = new Cohorts();
    }
    return some.cohorts;
  }

  /** Made when it is first asked for: the first turn may have begun long before. */
  private Drip drip() {
    Past some = past();
    if (some.drip == null) {
      some.drip = new Drip(some.runs.isEmpty() ? terms.now() : some.runs.firstTime());
    }
    return some.drip;
  }

  private static final class Past {
    final Runs runs = new Runs();
    @Nullable Cohorts cohorts;
    @Nullable Drip drip;

    /** Kept where the hold is exact. */
    long lastGrant;

    /** Slots that have rested enough so far, or that a lease has brought. */
    int returned;

    /** Permits that calls were refused which a lease had not, since that was taken. */
    long refusedOfLease;

    /** How many the dearest of these calls takes. */
    int dearestRefused;

    @Nullable Others others;
  }

  private static boolean isOpen(long w) {
    return (w & GATE) == 0;
  }

  private static int cohortOf(long w) {
    return (int) (w >>> COHORT_SHIFT);
  }

  /** Adds free slots; those may have been fewer than none, so nothing may carry into the gate. */
  private static long plus(long w, int count) {
    return (w & ~FREE) | (((int) w + count) & FREE);
  }
}
