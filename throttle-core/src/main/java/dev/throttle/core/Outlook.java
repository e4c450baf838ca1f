package dev.throttle.core;

import org.jspecify.annotations.Nullable;

/** What calls have to expect that do not pass at once. Guarded by the waiting room's lock. */
final class Outlook {

  private final WaitingRoom room;
  private final TimeSource time;

  Outlook(WaitingRoom room, TimeSource time) {
    this.room = room;
    this.time = time;
  }

  /** Returns the least time that a call which asks now has to wait. */
  long predict(Throttle throttle, Line line) {
    long longest = 0;
    for (int i = 0; i < line.slots.length; i++) {
      long here =
          neverPasses(throttle, line, i) ? Nanos.FOR_EVER : predict(throttle, line, line.slots[i]);
      longest = Math.max(longest, here);
    }
    return longest;
  }

  /** Returns the least time that this limit alone lets a newcomer wait behind those before it. */
  private long predict(Throttle throttle, Line line, Slots slots) {
    if (!room.holdsUp(slots)) {
      return 0;
    }
    Gate gate = Gate.of(slots);
    // A line of several limits may go and wait at another; only its own calls are sure to come
    // first.
    long free =
        slots.freeInAtLeast(
            gate.surelyBefore(line), throttle.cost(line.indexOf(slots)), line.isHigh());
    return Math.max(free, gate.pausedFor(time));
  }

  /**
   * Refuses a newcomer who could never pass, who is not to wait, or who would wait too long.
   *
   * @throws ThrottledException if so
   */
  void refuseIfHopeless(Throttle throttle, Line line) {
    for (int i = 0; i < line.slots.length; i++) {
      ThrottledException refusal = refusalOfCost(throttle, line, i);
      if (refusal != null) {
        throw refusal;
      }
    }
    for (Slots slots : line.slots) {
      if (slots.bucket.mode() == Mode.REJECT && refuses(throttle, line, slots)) {
        throw ThrottledException.tooLong(
            slots.bucket, predict(throttle, line, slots), 0, slots.bucket.waiting());
      }
    }
    for (Bucket bucket : throttle.route.buckets) {
      if (room.holdsUp(bucket) && bucket.waiting() >= bucket.maxQueue()) {
        throw ThrottledException.queueFull(
            bucket, predict(throttle, line, bucket.slots), bucket.waiting());
      }
    }
    long maxWaitNanos = throttle.maxWaitNanos;
    if (maxWaitNanos != Nanos.FOR_EVER) {
      refuseIfLongerThan(maxWaitNanos, throttle, line);
    }
  }

  private void refuseIfLongerThan(long maxWaitNanos, Throttle throttle, Line line) {
    long longest = -1;
    Bucket slowest = throttle.route.buckets[0];
    for (Slots slots : line.slots) {
      long predicted = predict(throttle, line, slots);
      if (predicted > longest) {
        longest = predicted;
        slowest = slots.bucket;
      }
    }
    if (longest > maxWaitNanos || maxWaitNanos == 0) {
      throw ThrottledException.tooLong(slowest, longest, maxWaitNanos, slowest.waiting());
    }
  }

  /**
   * Returns why a call that waits at one of its limits is not to wait any longer there, or null if
   * it is.
   */
  @Nullable ThrottledException refusalOfWaiting(Throttle throttle, Line line, int i) {
    Bucket bucket = line.slots[i].bucket;
    return bucket.mode() == Mode.REJECT
        ? ThrottledException.tooLong(bucket, predict(throttle, line, line.slots[i]), 0, 0)
        : refusalOfCost(throttle, line, i);
  }

  /** Returns whether a limit has no permits for such a call now. */
  private boolean refuses(Throttle throttle, Line line, Slots slots) {
    return room.holdsUp(slots)
        && Gate.of(slots).lookAgainIn(time, line, throttle.cost(line.indexOf(slots))) > 0;
  }

  /** Returns why a call could never pass a limit, or null if it can. */
  private @Nullable ThrottledException refusalOfCost(Throttle throttle, Line line, int i) {
    return neverPasses(throttle, line, i)
        ? ThrottledException.costAboveLimit(
            line.slots[i].bucket, throttle.cost(i), most(line, line.slots[i]))
        : null;
  }

  private boolean neverPasses(Throttle throttle, Line line, int i) {
    return throttle.cost(i) > most(line, line.slots[i]) && room.holdsUp(line.slots[i]);
  }

  /** Returns how many permits a limit can give at once to a call of this line. */
  private static int most(Line line, Slots slots) {
    Limit limit = slots.terms().limit; // a lease may grow to all of it
    int all = limit.capacity();
    return all - (line.isHigh() ? 0 : limit.reservedOf(all));
  }
}
