package dev.throttle.core;

import dev.throttle.annotation.Priority;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one priority and fair key that wait for the same limits, first come first served.
 * Guarded by the waiting room's lock.
 *
 * <p>They all wait for the same thing, so only the first is ever looked at, and the whole line
 * parks at the one gate that blocks the first. A line whose first call has moved too often becomes
 * insistent and parks at all its gates until that call is granted.
 */
final class Line {

  final Slots[] slots;
  final Priority priority;

  /** The priority as a number, the lowest being zero. */
  final int level;

  /** Between whose values calls take turns; null if it takes no part in that. */
  final @Nullable Object fairKey;

  @Nullable Waiter first;
  private @Nullable Waiter last;

  /** The permits that its calls wait for, of each limit. */
  final long[] costs;

  /** Where it is parked if it is not insistent; null for an empty line. */
  @Nullable Gate parkedAt;

  boolean insistent;
  int moves;

  /** Its turn at the gate where it is parked, if that gate is fair; see {@link Gate}. */
  long turn;

  @SuppressWarnings("EnumOrdinal") // their order is what they are about
  Line(Slots[] slots, Priority priority, @Nullable Object fairKey) {
    this.slots = slots;
    this.priority = priority;
    this.level = priority.ordinal();
    this.fairKey = fairKey;
    this.costs = new long[slots.length];
  }

  /** Returns whether its calls may take from the reserve. */
  boolean isHigh() {
    return priority == Priority.HIGH;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Returns the ticket of the first call: the line's place among the lines at a gate. */
  long ticket() {
    return first == null ? Long.MAX_VALUE : first.ticket;
  }

  /** Returns the place of some limit in this line. */
  int indexOf(Slots one) {
    int i = 0;
    while (slots[i] != one) {
      i++;
    }
    return i;
  }

  void add(Waiter waiter) {
    waiter.line = this;
    waiter.previous = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
    count(waiter, 1);
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
    count(waiter, -1);
  }

  private void count(Waiter waiter, int sign) {
    for (int i = 0; i < slots.length; i++) {
      long cost = (long) sign * waiter.throttle.cost(i);
      costs[i] += cost;
      Gate gate = Gate.of(slots[i]);
      gate.addWaiting(sign);
      if (gate == parkedAt) {
        gate.addAwaitedHere(cost);
      }
      if (slots.length == 1 && fairKey == null) {
        gate.addFaithful(level, cost);
      }
    }
  }
}
