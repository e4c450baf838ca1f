package dev.throttle.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The N slots of one bucket: which are free, which are taken, and when the rest come back.
 *
 * <h2>The promise</h2>
 *
 * A slot is taken at the grant and comes back no earlier than one period (and the guard) after its
 * call was complete. The provider counts a call at some instant between the two; hence N + 1 calls
 * counted within one period would need N + 1 slots.
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
 * <p>With {@code countedWithin} the hold is that short time, and running out of it is no accident.
 * Its cohorts have to be narrow, so that such a bucket takes the lock and reads the clock at each
 * grant.
 *
 * <p>A cohort's number has 21 bits. A call would have to outlive two million turns, and end in the
 * one that bears its number again, to be taken for another.
 *
 * <p>Memory: {@code word}, {@code open} and {@code Run.state} are volatile; all else is guarded by
 * {@code this}. The monitor is held for some dozen instructions, never around a wait or foreign
 * code; it is the object's own so that an idle bucket stays small.
 */
final class Slots {

  /** No slot was taken. */
  static final int NONE = -1;

  static final int COHORT_BITS = 21;

  private static final int COHORT_SHIFT = 64 - COHORT_BITS;
  private static final long ONE_COHORT = 1L << COHORT_SHIFT;
  private static final long GATE = 1L << 32;
  private static final long FREE = GATE - 1;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Slots.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TimeSource time;
  private final int permits;
  private final long restNanos;
  private final long holdNanos;

  /** Whether the hold is exact (countedWithin) rather than a safety net (maxHold). */
  private final boolean timed;

  private final IntConsumer overheld;

  /** Cohort in the upper 21 bits, the gate in bit 32 (set: closed), free slots in the lower 32. */
  private volatile long word;

  /** The run that completions of the current cohort may join. */
  private volatile @Nullable Run open;

  private final Runs runs = new Runs();
  private final Cohorts cohorts = new Cohorts();
  private long cohortStart;
  private long lastGrant;
  private int cohortGiven;
  private int cohortCompleted;

  /**
   * @param overheld told, on the time source's thread, how many slots were taken back from calls
   *     that did not complete within {@code maxHold}
   */
  Slots(Limit limit, TimeSource time, IntConsumer overheld) {
    this.time = time;
    this.overheld = overheld;
    permits = limit.permits();
    restNanos = limit.restNanos();
    holdNanos = limit.holdNanos();
    timed = limit.countedWithin() != null;
    word = permits;
    cohortGiven = permits;
    cohortStart = time.nanos();
  }

  // ---- taking

  /**
   * Takes slots unless the gate is closed.
   *
   * @return the cohort, to be brought back at completion, or {@link #NONE}
   */
  int tryTake(int cost) {
    if (!timed) {
      long w = word;
      while (isOpen(w) && (int) w >= cost) {
        if (WORD.weakCompareAndSet(this, w, w - cost)) {
          return cohortOf(w);
        }
        w = word;
      }
    }
    return isOpen(word) ? collectAndTake(cost, false) : NONE;
  }

  /** Takes slots for the waiting room, which keeps the order, whatever the gate. */
  int takeInTurn(int cost) {
    return collectAndTake(cost, true);
  }

  private synchronized int collectAndTake(int cost, boolean inTurn) {
    long now = time.nanos();
    collect(now);
    if (timed && heldByCohort() == 0) {
      cohortStart = now;
    }
    long w;
    do {
      w = word;
      if (!(inTurn || isOpen(w)) || (int) w < cost) {
        return NONE;
      }
    } while (!WORD.weakCompareAndSet(this, w, w - cost));
    lastGrant = now;
    return cohortOf(w);
  }

  /**
   * Lets the hold of taken slots begin anew: between a grant and the call's start some time may
   * have passed, on an executor's queue or for want of a processor.
   *
   * @return the cohort they belong to now, or {@link #NONE} if their hold is over and they are gone
   */
  int renew(int cohort, int cost) {
    return !timed && cohort == cohortOf(word) ? cohort : renewUnderLock(cohort, cost);
  }

  private synchronized int renewUnderLock(int cohort, int cost) {
    long now = time.nanos();
    collect(now);
    if (cohort != cohortOf(word)) {
      if (!cohorts.take(cohort, cost)) {
        return NONE;
      }
      if (timed && heldByCohort() == 0) {
        cohortStart = now;
      }
      cohortGiven += cost;
    }
    lastGrant = now;
    return cohortOf(word);
  }

  // ---- giving back

  /**
   * Says that a call is complete: its slots begin their rest.
   *
   * @return whether the waiting room must look at this bucket
   */
  boolean complete(int cohort, int cost) {
    Run run = open;
    if (run == null && restNanos == 0) {
      return giveBack(cohort, cost);
    }
    // The clock first: the run's cache line, which other threads want, is then touched only once.
    long now = time.nanos();
    if (run != null && run.join(cohort, now, cost)) {
      // Whoever waits has a timer for this run already, or for an earlier one.
      return false;
    }
    return completeUnderLock(cohort, cost, now);
  }

  private synchronized boolean completeUnderLock(int cohort, int cost, long now) {
    collect(now);
    if (cohort == cohortOf(word)) {
      Run run = open;
      if (run == null || !run.join(cohort, now, cost)) {
        sealOpen();
        open = new Run(now, cohort, cost, span());
      }
    } else {
      if (!cohorts.take(cohort, cost)) {
        return false;
      }
      runs.add(now, now, cost, span());
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

  private synchronized boolean giveBackUnderLock(int cohort, int cost) {
    if (!cohorts.take(cohort, cost)) {
      return false;
    }
    free(cost);
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
   * Returns zero if so many slots are free now, whatever the gate; otherwise the nanoseconds, at
   * least one, until a slot may become free by time alone, or for ever.
   *
   * <p>One answer to both, at one instant: a slot that gets free between two questions would be
   * neither free nor waited for.
   */
  synchronized long lookAgainIn(int cost) {
    if ((int) word >= cost) {
      return 0;
    }
    long now = time.nanos();
    collect(now);
    if ((int) word >= cost) {
      return 0;
    }
    long in = Nanos.add(cohorts.nextEndIn(now, holdNanos), restNanos);
    Run run = open;
    if (!runs.isEmpty()) {
      in = Math.min(in, restNanos - (now - runs.firstTime()));
    } else if (run != null) {
      in = Math.min(in, restNanos - (now - run.time()));
    }
    if (heldByCohort() > 0) {
      in =
          Math.min(
              in,
              timed
                  ? holdNanos + restNanos - (now - lastGrant)
                  : cohortSpan() - (now - cohortStart));
    }
    return Math.max(in, 1);
  }

  /**
   * Returns the least time in nanoseconds that must pass before so many slots, one after another,
   * have become free. Exact where the calls in flight complete now; later otherwise.
   */
  synchronized long freeInAtLeast(long needed) {
    long now = time.nanos();
    collect(now);
    // Each slot comes back at most once per rest, in the order of a first round.
    long rounds = (needed - 1) / permits;
    long left = (needed - 1) % permits + 1 - (int) word;
    return Nanos.add(left <= 0 ? 0 : firstRound(left, now), Nanos.multiply(rounds, restNanos));
  }

  private long firstRound(long left, long now) {
    for (int i = 0; i < runs.size(); i++) {
      left -= runs.count(i);
      if (left <= 0) {
        return Math.max(0, restNanos - (now - runs.time(i)));
      }
    }
    Run run = open;
    if (run != null && left <= run.count()) {
      return Math.max(0, restNanos - (now - run.time()));
    }
    return restNanos;
  }

  /** Returns the slots that are not free: taken or resting. */
  synchronized int inUse() {
    collect(time.nanos());
    return permits - (int) word;
  }

  // ---- under the lock

  /**
   * Brings everything up to now. Runs are in order of time, and whoever comes late to them rests
   * from the last one on; so the open run is sealed before a hold ends that was longer, and a
   * cohort whose hold is over already is not left for the next time.
   */
  private void collect(long now) {
    if (now - cohortStart >= cohortSpan()) {
      if (heldByCohort() > 0) {
        turnCohort(now);
      } else {
        cohortStart = now;
      }
    }
    Run run = open;
    if (run != null && run.isOver(now)) {
      sealOpen();
    }
    int late = cohorts.endHolds(now, holdNanos, runs, span());
    if (late > 0 && !timed) {
      report(late);
    }
    int due = 0;
    while (!runs.isEmpty() && now - runs.firstTime() >= restNanos) {
      due += runs.removeFirst();
    }
    if (due > 0) {
      free(due);
    }
  }

  private void report(int late) {
    try {
      time.schedule(0, () -> overheld.accept(late));
    } catch (RejectedExecutionException closed) {
      // Nobody is left to be told; the slots come back all the same.
    }
  }

  private void turnCohort(long now) {
    long w;
    do {
      w = word;
    } while (!WORD.weakCompareAndSet(this, w, w + ONE_COHORT));
    // Read after the turn, so that no grant of this cohort can be later.
    long end = timed ? lastGrant : time.nanos();
    sealOpen();
    int held = cohortGiven - (int) w - cohortCompleted;
    if (held > 0) {
      cohorts.add(cohortOf(w), end, held);
    }
    cohortGiven = (int) w;
    cohortCompleted = 0;
    cohortStart = now;
  }

  private int heldByCohort() {
    Run run = open;
    return cohortGiven - (int) word - cohortCompleted - (run == null ? 0 : run.count());
  }

  private void sealOpen() {
    Run run = open;
    if (run != null) {
      open = null;
      cohortCompleted += run.sealInto(runs);
    }
  }

  private void free(int count) {
    cohortGiven += count;
    long w;
    do {
      w = word;
    } while (!WORD.weakCompareAndSet(this, w, plus(w, count)));
  }

  /** Within this time completions share a run. */
  private long span() {
    return restNanos >>> 10;
  }

  /**
   * How long a cohort takes in members: the error of the time at which its slots are taken back.
   */
  private long cohortSpan() {
    return timed ? holdNanos >>> 7 : holdNanos >>> 3;
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
