package dev.throttle.core;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The slots of past cohorts that are still held, oldest first; {@link Slots} says what cohorts are
 * for. Not thread-safe.
 */
final class Cohorts {

  private final ArrayDeque<Cohort> held = new ArrayDeque<>(0);

  /** Adds a cohort whose last grant was at {@code end}; later ones have other numbers. */
  void add(int number, long end, int count) {
    held.addLast(new Cohort(number, end, count));
  }

  /** Takes slots out of a cohort; returns false if that cohort's hold is over. */
  boolean take(int number, int count) {
    for (Iterator<Cohort> newestFirst = held.descendingIterator(); newestFirst.hasNext(); ) {
      Cohort cohort = newestFirst.next();
      if (cohort.number == number) {
        cohort.count -= count;
        return true;
      }
    }
    return false;
  }

  /** Lets slots whose hold is over begin their rest; returns how many. */
  int endHolds(long now, Terms terms, Runs runs) {
    int ended = 0;
    for (Cohort oldest = held.peekFirst();
        oldest != null && (oldest.count == 0 || now - oldest.end >= terms.holdNanos);
        oldest = held.peekFirst()) {
      held.removeFirst();
      if (oldest.count > 0) {
        long end = oldest.end + terms.holdNanos;
        runs.add(end, end, oldest.count, terms);
        ended += oldest.count;
      }
    }
    return ended;
  }

  /** Returns how long the oldest cohort's hold still lasts, or for ever if there is none. */
  long nextEndIn(long now, long holdNanos) {
    Cohort oldest = held.peekFirst();
    return oldest == null ? Nanos.FOR_EVER : holdNanos - (now - oldest.end);
  }

  private static final class Cohort {
    final int number;
    final long end;
    int count;

    Cohort(int number, long end, int count) {
      this.number = number;
      this.end = end;
      this.count = count;
    }
  }
}
