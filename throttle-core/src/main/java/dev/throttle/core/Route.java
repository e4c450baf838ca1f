package dev.throttle.core;

import dev.throttle.annotation.Priority;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The buckets that calls pass together, all their limits, and the lines of those who wait. */
final class Route {

  final Bucket[] buckets;

  /** The limits of the buckets, in their order. */
  final Slots[] slots;

  final WaitingRoom room;

  /** Whether a bucket is one of a key, which its cache may forget. */
  final boolean keyed;

  /** Lines in which somebody waits, by priority and fair key; guarded by the room's lock. */
  final Map<Place, Line> lines;

  /** The one line of most routes. */
  private final @Nullable Line usual;

  Route(WaitingRoom room, Bucket[] buckets) {
    this.room = room;
    this.buckets = buckets;
    List<Slots> all = new ArrayList<>(buckets.length);
    boolean anyKeyed = false;
    for (Bucket bucket : buckets) {
      anyKeyed |= bucket.key() != null;
      for (Slots of = bucket.slots; of != null; of = of.next) {
        all.add(of);
      }
    }
    slots = all.toArray(new Slots[0]);
    keyed = anyKeyed;
    // Routes of keys are made again and again, and must find the line of those before.
    lines = keyed ? room.linesOfKeys : new HashMap<>(0);
    usual = keyed ? null : new Line(slots, Priority.NORMAL, null);
  }

  /** Returns the line of such calls; one that is empty is theirs only once it was entered. */
  Line line(Priority priority, @Nullable Object fairKey) {
    if (usual != null && priority == usual.priority && fairKey == null) {
      return usual;
    }
    Line line = lines.get(place(priority, fairKey));
    return line == null ? new Line(slots, priority, fairKey) : line;
  }

  /** Keeps a line in which somebody begins to wait. */
  void enter(Line line) {
    if (line != usual) {
      lines.put(place(line.priority, line.fairKey), line);
    }
  }

  /** Forgets a line in which nobody waits any more. */
  void leave(Line line) {
    if (line != usual) {
      lines.remove(place(line.priority, line.fairKey));
    }
  }

  private Place place(Priority priority, @Nullable Object fairKey) {
    return new Place(keyed ? slots : null, priority, fairKey);
  }

  /** Puts back what a cache has let go of, after a permit was taken or a call has begun to wait. */
  void remember() {
    if (keyed) {
      for (Bucket bucket : buckets) {
        bucket.remember();
      }
    }
  }

  /** Returns whether a call may get a permit of some bucket although none is free. */
  boolean mayBeUnhindered() {
    for (Bucket bucket : buckets) {
      if (!room.holdsUp(bucket)) {
        return true;
      }
    }
    return false;
  }

  boolean passes(Bucket bucket) {
    return Arrays.asList(buckets).contains(bucket);
  }

  /** What tells lines apart; of one route the limits are all the same, and null. */
  static final class Place {
    private final Slots @Nullable [] slots;
    private final Priority priority;
    private final @Nullable Object fairKey;

    Place(Slots @Nullable [] slots, Priority priority, @Nullable Object fairKey) {
      this.slots = slots;
      this.priority = priority;
      this.fairKey = fairKey;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place place
          && Arrays.equals(slots, place.slots)
          && priority == place.priority
          && Objects.equals(fairKey, place.fairKey);
    }

    @Override
    public int hashCode() {
      return (Arrays.hashCode(slots) * 31 + priority.hashCode()) * 31 + Objects.hashCode(fairKey);
    }
  }
}
