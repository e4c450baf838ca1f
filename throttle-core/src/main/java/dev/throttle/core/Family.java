package dev.throttle.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the buckets of one name have in common: one bucket, or one for each key. Thread-safe.
 *
 * <p>Apart from {@link Bucket} so that a bucket of a key stays small.
 */
final class Family {

  private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
  private static final int MOST_CALLERS = 16;

  final String name;

  /** The limits that the name was defined with, whatever they were changed to since. */
  final List<Limit> defined;

  final int maxQueue;
  final WaitingRoom room;
  final TimeSource time;

  /** The buckets by key, or null if there is only one. */
  final @Nullable KeyedBuckets keyed;

  volatile Mode mode = Mode.WAIT;

  volatile boolean heedsSignals = true;

  /** By what it is shared with other processes; null if it is not. */
  volatile @Nullable SharedBy sharedBy;

  /** Who can share it; null where there are keys. */
  @Nullable Shares shares;

  /** What limits come to, where there are keys: many of them share few limits. */
  private final @Nullable Cache<Limit, Terms> terms;

  private volatile List<String> callers = List.of();

  Family(
      String name,
      List<Limit> defined,
      int maxQueue,
      WaitingRoom room,
      TimeSource time,
      @Nullable KeyedBuckets keyed) {
    this.name = name;
    this.defined = defined;
    this.maxQueue = maxQueue;
    this.room = room;
    this.time = time;
    this.keyed = keyed;
    this.terms = keyed == null ? null : Caffeine.newBuilder().maximumSize(1_000).build();
  }

  Terms terms(Limit limit) {
    return terms == null ? new Terms(limit, time) : terms.get(limit, some -> new Terms(some, time));
  }

  /** Remembers who calls through these buckets, so that a warning can name the method. */
  synchronized void calledBy(String caller) {
    if (callers.size() < MOST_CALLERS && !callers.contains(caller)) {
      callers = Stream.concat(callers.stream(), Stream.of(caller)).toList();
    }
  }

  /** Returns whether a definition says what the first one said. */
  boolean isDefinedAs(List<Limit> limits, int queue) {
    return defined.equals(limits) && maxQueue == queue;
  }

  void overheld(Bucket bucket, Limit limit, int count) {
    LOG.warn(
        "{}: {} permit(s) were held longer than maxHold {} by calls that did not complete, and are"
            + " free again one period later. Calls through this bucket: {}. Complete every permit,"
            + " give clients a time-out, or raise maxHold.",
        bucket,
        count,
        limit.maxHold(),
        callers.isEmpty() ? "from code that gave no name" : String.join(", ", callers));
    room.events.heldTooLong(bucket, count);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "bucket '%s'", name);
  }
}
