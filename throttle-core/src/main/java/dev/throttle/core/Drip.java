package dev.throttle.core;

/**
 * How the slots of a token or leaky bucket come back: one after another, in the order of
 * completion, evenly spaced. Not thread-safe.
 *
 * <p>The provider's bucket holds at most B tokens and gets N per period while it is not full. The
 * client keeps to
 *
 * <pre>free + in flight + resting = B</pre>
 *
 * where only resting slots come back, at the provider's rate, and nothing is gained while none
 * rests. So {@code free + (in flight and not yet counted)} never exceeds what the provider has: a
 * grant moves a slot from one summand to the other, counting takes it from both sides, completion
 * changes neither, and refilling adds to the provider's side no later than to ours, unless that is
 * full, and then all resting slots are ahead of it. The guard delays each slot.
 *
 * <p>It is a queue with one server: a slot's turn begins when it completed (and the guard has
 * passed) or when the one before has come back, whichever is later, and takes {@code period /
 * permits}. The times of turns are multiples of that from {@link #start}, rounded once, not added
 * up.
 */
final class Drip {

  /** From here {@link #given} slots have come back already. */
  private long start;

  private long given;

  /** No grant before this, where grants are kept apart. */
  private long nextGrant;

  /** What {@link #nextGrant} was before the last grant, and the number of the thread of that. */
  private long nextGrantBefore;

  private long lastAsker = -1;

  Drip(long now) {
    begin(now);
    nextGrant = now;
  }

  /** Forgets a turn that has begun: the terms have changed. */
  void begin(long now) {
    start = now;
    given = 0;
  }

  /** Takes out of the runs what has come back until now; returns how many slots. */
  int serve(Terms terms, Runs runs, long now) {
    int served = 0;
    while (!runs.isEmpty()) {
      arrive(terms, runs.firstTime());
      int turns = runs.count(0);
      int most = (int) Math.min(Integer.MAX_VALUE, given + turns);
      int due = (int) (terms.drippedAfter(now - start, most) - given);
      if (due <= 0) {
        break;
      }
      runs.removeFromFirst(due);
      given += due;
      served += due;
      rebase(terms);
      if (due < turns) {
        break;
      }
    }
    return served;
  }

  /**
   * Lets a slot's turn begin no earlier than the guard after its completion. If the one before came
   * back just then, that was by a fraction of a nanosecond earlier, which is not to be gained.
   */
  private void arrive(Terms terms, long completed) {
    long arrival = completed + terms.guardNanos;
    if (arrival - (start + terms.dripsWithin(given)) >= 0) {
      begin(arrival);
    }
  }

  /** Keeps the count small; whole periods have no rounding. */
  private void rebase(Terms terms) {
    int permits = terms.limit.permits();
    long whole = given / permits;
    start += terms.dripsWithin(whole * permits);
    given -= whole * permits;
  }

  /** Returns how long it takes at least until so many more slots have come back, from now. */
  long comesBackIn(Terms terms, Runs runs, long count, long now) {
    arrive(terms, runs.isEmpty() ? now : runs.firstTime());
    long total = terms.dripsWithin(given + count);
    long sinceStart = now - start;
    return sinceStart < 0 ? Nanos.add(total, -sinceStart) : Math.max(0, total - sinceStart);
  }

  /** Returns how many slots come back in so long a time at most, if nothing completes meanwhile. */
  int backWithin(Terms terms, Runs runs, long nanos, long now) {
    if (runs.isEmpty()) {
      return 0;
    }
    arrive(terms, runs.firstTime());
    int most = (int) Math.min(Integer.MAX_VALUE, given + runs.total());
    return (int) Math.max(0, terms.drippedAfter(now - start + nanos, most) - given);
  }

  // ---- pacing

  /** Returns how long no grant may be made; zero or less if one may now. */
  long pausesFor(long now) {
    return nextGrant - now;
  }

  /** Gives the next grant its place in the schedule. */
  void granted(Terms terms, long now, int cost) {
    nextGrantBefore = nextGrant;
    lastAsker = Thread.currentThread().getId();
    nextGrant = now + placeOfNext(terms, now) + terms.dripsWithin(cost);
  }

  /**
   * Returns the place of the next grant in the schedule, from now. One that comes late by less than
   * a turn keeps its place, so that timers which ring late do not slow down all that follows.
   */
  long placeOfNext(Terms terms, long now) {
    long pauses = pausesFor(now);
    return -pauses >= terms.dripsWithin(1) ? 0 : pauses;
  }

  /** Undoes the last grant if this thread asked for it; others may have had theirs since. */
  void undoGrant() {
    if (lastAsker == Thread.currentThread().getId()) {
      lastAsker = -1;
      nextGrant = nextGrantBefore;
    }
  }
}
