package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named, stateful limit that calls pass, alone or together with others as a {@link Throttle}.
 *
 * <p>Made by {@link Buckets#define}; safe for use by many threads.
 */
public final class Bucket {

  /** How many calls may wait for a bucket that names no {@code maxQueue}. */
  public static final int DEFAULT_MAX_QUEUE = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
  private static final int MOST_CALLERS = 16;

  private final String name;
  private final Limit limit;
  private final int maxQueue;
  final Slots slots;

  /** What the waiting room keeps about this bucket; guarded by its lock. */
  final TreeSet<Line> parked = new TreeSet<>(Comparator.comparingLong(Line::ticket));

  /**
   * Permits that calls wait for which need this bucket alone, so that they are always parked here;
   * guarded by the waiting room's lock.
   */
  long faithfulCost;

  /**
   * Calls that wait and will pass here, wherever they are parked; written under the room's lock.
   */
  private volatile int waiting;

  /** For the first slot that those who wait here need; guarded by the waiting room's lock. */
  @Nullable Alarm alarm;

  boolean pumpPending;

  private volatile List<String> callers = List.of();

  Bucket(String name, Limit limit, int maxQueue, TimeSource time) {
    if (requireNonNull(name, "bucket name").isBlank()) {
      throw badArgument("bucket name must not be blank; use the API's host and path.");
    }
    if (maxQueue < 0) {
      throw badArgument(
          "maxQueue of bucket '%s' must be at least 0, but was %d. To refuse instead of waiting use"
              + " maxWait PT0S.",
          name, maxQueue);
    }
    this.name = name;
    this.limit = requireNonNull(limit, "limit of bucket '" + name + "'");
    this.maxQueue = maxQueue;
    this.slots = new Slots(limit, time, this::warnOfOverheld);
  }

  /** Returns the name, unique among its {@link Buckets}. */
  public String name() {
    return name;
  }

  /** Returns the limit. */
  public Limit limit() {
    return limit;
  }

  /** Returns how many calls may wait for this bucket at once. */
  public int maxQueue() {
    return maxQueue;
  }

  /** Returns how many permits are held by calls, or rest after them; never blocks for long. */
  public int inUse() {
    return slots.inUse();
  }

  /** Returns how many calls wait to pass this bucket. */
  public int waiting() {
    return waiting;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the waiting room's lock only
  void addWaiting(int more) {
    waiting += more;
  }

  /** Remembers who calls through this bucket, so that a warning can name the method. */
  synchronized void calledBy(String caller) {
    if (callers.size() < MOST_CALLERS && !callers.contains(caller)) {
      callers = Stream.concat(callers.stream(), Stream.of(caller)).toList();
    }
  }

  private void warnOfOverheld(int count) {
    LOG.warn(
        "{}: {} permit(s) were held longer than maxHold {} by calls that did not complete, and are"
            + " free again one period later. Calls through this bucket: {}. Complete every permit,"
            + " give clients a time-out, or raise maxHold.",
        this,
        count,
        limit.maxHold(),
        callers.isEmpty() ? "from code that gave no name" : String.join(", ", callers));
  }

  /** Returns name and limit as messages show them: {@code bucket 'api.foo.com' (600 per PT1M)}. */
  @Override
  public String toString() {
    return "bucket '" + name + "' (" + limit + ")";
  }
}
