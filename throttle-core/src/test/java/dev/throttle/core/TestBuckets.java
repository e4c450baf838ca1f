package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Buckets without a registry, and what is parked at them. */
final class TestBuckets {

  private TestBuckets() {}

  /** Returns the slots of a limit; the listener hears of those that were held too long. */
  static Slots slots(Limit limit, TimeSource time, ThrottleListener listener) {
    WaitingRoom room = new WaitingRoom(time);
    room.events.listener = listener;
    List<Limit> limits = List.of(limit);
    Family family = new Family("b", limits, Bucket.DEFAULT_MAX_QUEUE, room, time, null);
    return new Bucket(family, null, limits).slots;
  }

  static List<Line> parkedAt(Bucket bucket) {
    List<Line> lines = new ArrayList<>();
    for (Slots slots = bucket.slots; slots != null; slots = slots.next) {
      Gate gate = slots.gate;
      if (gate != null) {
        lines.addAll(gate.insistent);
        for (Set<Line> one : gate.byLevel) {
          lines.addAll(one == null ? Set.of() : one);
        }
      }
    }
    return lines;
  }
}
