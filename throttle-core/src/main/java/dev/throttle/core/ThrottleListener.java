package dev.throttle.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to calls; set by {@link Buckets#listen}. Without one, nothing of this costs
 * anything.
 *
 * <p>Called outside of all locks by the thread in which it happens, which may be the asking
 * caller's or that of the timers: it must be short and never block. What it throws is logged and
 * harms nobody.
 */
public interface ThrottleListener {

  /**
   * A call has its permit.
   *
   * @param waited zero if it had not to wait
   */
  default void granted(Throttle throttle, Duration waited) {}

  /**
   * A call begins to wait.
   *
   * @param blocking the bucket that had no permit
   */
  default void waiting(Throttle throttle, Bucket blocking) {}

  /**
   * A call is about to wait. Asked in the thread of its caller, to which traces and the like
   * belong; only where a call had to wait a second time, because its executor was so late that its
   * permit was gone, in one of the executor. It may turn out that it need not wait.
   *
   * @return who is told how that ends, or null for nobody
   */
  default @Nullable WaitListener beginWait(Throttle throttle) {
    return null;
  }

  /** A call was refused, and not made. */
  default void refused(Throttle throttle, ThrottledException refusal) {}

  /** A call was refused, and not made, since there is no room for the bucket of its key. */
  default void refused(KeyedBuckets buckets, ThrottledException refusal) {}

  /** A call that waited was cancelled by its caller, or its thread was interrupted. */
  default void cancelled(Throttle throttle, Duration waited) {}

  /** A bucket was paused; the shorter of two pauses changes nothing but is told too. */
  default void paused(Bucket bucket, Duration pause) {}

  /** A bucket's pause was ended by {@link Bucket#resume}. */
  default void resumed(Bucket bucket) {}

  /**
   * A provider said that others use its limit too.
   *
   * @param permits that are out of use because of that, more than before; less than zero if fewer
   */
  default void usedByOthers(Bucket bucket, int permits) {}

  /** Permits were taken back from calls that did not complete within the limit's maxHold. */
  default void heldTooLong(Bucket bucket, int permits) {}

  /**
   * A call went ahead although a bucket in {@link Mode#SHADOW} had no permit.
   *
   * @param predicted the least time that it would have waited for that bucket
   */
  default void wouldHaveWaited(Throttle throttle, Bucket bucket, Duration predicted) {}
}
