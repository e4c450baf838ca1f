package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
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
 * It must come whatever else goes on, so it is no turn. A timer, set before anything is taken until
 * then, takes it from the buckets; it needs only the list of them, the end of the present lease,
 * and the lock of the buckets, under which no foreign code runs. A turn may come late with what was
 * leased until then: therefore it tells the buckets the end with the number, and they look at the
 * clock under that lock, so whichever of the two is last, nothing is leased. If the lease was
 * renewed just when it ended, the timer may be last: nothing is leased until the next answer then.
 *
 * <p>What is granted {@linkplain Alone without the store} is leased in the same way, for short
 * times by the instance itself.
 */
final class Leases {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  private final TimeSource time;
  private final List<Leased> leased = new CopyOnWriteArrayList<>();

  /** Written by turns. */
  private volatile long leaseEnd;

  private TimeSource.@Nullable Timer ending;

  Leases(TimeSource time) {
    this.time = time;
    this.leaseEnd = time.nanos();
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
    ending = time.schedule(end - now, this::endLeases);
    leaseEnd = end;
    if (before != null) {
      before.cancel();
    }
  }

  /** Ends what is leased, if it was not renewed; no turn, so that no other keeps it waiting. */
  private void endLeases() {
    if (time.nanos() - leaseEnd >= 0) {
      for (Leased one : leased) {
        if (one.index == 0) {
          int limits = one.bucket.limits().size();
          attempt(one.bucket, () -> one.bucket.lease(Collections.nCopies(limits, 0)));
        }
      }
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
