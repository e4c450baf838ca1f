package dev.throttle.core;

import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for the same buckets, first come first served. Guarded by the waiting room's
 * lock.
 *
 * <p>They all wait for the same thing, so only the first is ever looked at, and the whole line
 * parks at the one bucket that blocks the first. A line whose first call has moved too often
 * becomes insistent and parks at all its buckets until that call is granted.
 */
final class Line {

  final Bucket[] buckets;
  @Nullable Waiter first;
  private @Nullable Waiter last;

  /** The permits its calls wait for. */
  long cost;

  /** Where it is parked if it is not insistent; null for an empty line. */
  @Nullable Bucket parkedAt;

  boolean insistent;
  int moves;

  Line(Bucket[] buckets) {
    this.buckets = buckets;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Returns the ticket of the first call: the line's place among the lines at a bucket. */
  long ticket() {
    return first == null ? Long.MAX_VALUE : first.ticket;
  }

  void add(Waiter waiter) {
    waiter.previous = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
    addCost(waiter.throttle.cost());
    for (Bucket bucket : buckets) {
      bucket.addWaiting(1);
    }
  }

  void remove(Waiter waiter) {
    if (waiter.previous == null) {
      first = waiter.next;
    } else {
      waiter.previous.next = waiter.next;
    }
    if (waiter.next == null) {
      last = waiter.previous;
    } else {
      waiter.next.previous = waiter.previous;
    }
    waiter.previous = null;
    waiter.next = null;
    addCost(-waiter.throttle.cost());
    for (Bucket bucket : buckets) {
      bucket.addWaiting(-1);
    }
  }

  private void addCost(int more) {
    cost += more;
    if (buckets.length == 1) {
      buckets[0].faithfulCost += more;
    }
  }
}
