package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is leased here, and until when: one lease, of slots of all limits that are shared.
 *
 * <p>Touched only by turns of {@link Renewals}, but for {@link #add}.
 *
 * <p>A lease must end whatever else goes on, so that is not for a turn to see to, nor a timer: the
 * buckets are told the end with the number of slots, and look at the clock for each grant. Nor does
 * a turn that is late bring back what has ended.
 *
 * <p>What is granted {@linkplain Alone without the store} is leased in the same way, for short
 * times by the instance itself.
 */
final class Leases {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  private final List<Leased> leased = new CopyOnWriteArrayList<>();

  private long leaseEnd;

  /** Nothing is leased yet. */
  Leases(long now) {
    this.leaseEnd = now;
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

  /** Notes when what is leased next ends. */
  void endAt(long end) {
    leaseEnd = end;
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
      endAt(now + alone.stepNanos());
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
