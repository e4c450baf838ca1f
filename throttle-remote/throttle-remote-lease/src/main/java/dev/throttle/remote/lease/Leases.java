package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is leased here, and until when: one lease, of slots of all limits that are shared.
 *
 * <p>Touched only by turns of {@link Renewals}, but for {@link #add}, and for the end.
 *
 * <h2>The end of a lease</h2>
 *
 * It must come whatever else goes on, so it is no turn. The buckets are told it with the number of
 * slots, so a turn that is late does not bring back what has ended; and a timer, set before
 * anything is taken until then, has each bucket notice it. That runs on a thread for nothing else
 * ({@link Ends}), and needs only the list of buckets and their locks, under which no foreign code
 * runs.
 *
 * <p>What is granted {@linkplain Alone without the store} is leased in the same way, for short
 * times by the instance itself.
 */
final class Leases {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  private final List<Leased> leased = new CopyOnWriteArrayList<>();

  private final Alarm alarm;
  private long leaseEnd;
  private TimeSource.@Nullable Timer ending;

  /** Nothing is leased yet. */
  Leases(long now, Alarm alarm) {
    this.leaseEnd = now;
    this.alarm = alarm;
  }

  /** What runs something after some nanoseconds, on a thread that nothing keeps busy. */
  interface Alarm {
    TimeSource.Timer set(long delayNanos, Runnable task);
  }

  /** Adds limits that are shared from now on; by any thread. */
  void add(List<Leased> added) {
    leased.addAll(added);
  }

  List<Leased> all() {
    return leased;
  }

  /** When what is leased ends, or has ended. */
  long end() {
    return leaseEnd;
  }

  /** Sees to it that what is taken next ends then; before it is taken. */
  void endAt(long end, long now) {
    TimeSource.Timer before = ending;
    ending = alarm.set(end - now, this::lookAtAll);
    leaseEnd = end;
    if (before != null) {
      before.cancel();
    }
  }

  /** Nothing is leased any more, so there is no end to come. */
  void cancelEnd() {
    if (ending != null) {
      ending.cancel();
    }
  }

  /** Has the buckets notice that a lease has ended, if it was not renewed. */
  private void lookAtAll() {
    for (Leased one : leased) {
      attempt(one.bucket, () -> one.bucket.snapshot());
    }
  }

  /** Notes that nothing is leased any more; the buckets are not told yet. */
  void endAll(boolean keeps) {
    leased.forEach(one -> one.end(keeps));
  }

  /** Leases what may be granted without the store, if it is time for that. */
  void goOnAlone(Alone alone, long now) {
    if (!alone.isAlone()) {
      endAll(alone.keepsWhatWasLeased());
    }
    if (!alone.look(now, leaseEnd)) {
      return;
    }
    boolean changed = leaseEnd - now < alone.stepNanos() / 2;
    for (Leased one : leased) {
      int slots = alone.slots(one, now);
      changed |= slots != one.slots;
      one.slots = slots;
    }
    if (changed) {
      endAt(now + alone.stepNanos(), now);
      apply(leased);
    }
  }

  /** Tells the buckets, after whatever has changed their leases. */
  void apply(List<Leased> changed) {
    Map<Bucket, List<Integer>> slots = new LinkedHashMap<>();
    for (Leased one : changed) {
      slots.computeIfAbsent(one.bucket, added -> new ArrayList<>()).add(one.slots);
    }
    slots.forEach((bucket, each) -> attempt(bucket, () -> bucket.lease(each, leaseEnd)));
  }

  /** What one bucket cannot do must not keep the others from being told. */
  static void attempt(Bucket bucket, Runnable todo) {
    try {
      todo.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{} could not be told what is leased.", bucket, e);
    }
  }
}
