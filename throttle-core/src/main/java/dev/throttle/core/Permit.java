package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The right to make one call now, held until that call is complete.
 *
 * <p>Exactly one of {@link #complete} and {@link #giveBack} is to be called, once, by any thread;
 * {@link #close()} completes it if nobody did. A permit that is forgotten keeps its slots for the
 * limit's {@code maxHold}.
 */
public final class Permit implements AutoCloseable {

  private static final VarHandle USED;

  static {
    try {
      USED = MethodHandles.lookup().findVarHandle(Permit.class, "used", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Throttle throttle;
  private final long stamp;

  private volatile boolean used;

  private volatile @Nullable Adjustment adjustment;

  Permit(Throttle throttle, long stamp) {
    this.throttle = throttle;
    this.stamp = stamp;
  }

  /**
   * Says that the call is complete: answered, failed or given up. Its slots are free one period
   * later.
   *
   * @throws IllegalStateException if it was completed or given back before
   */
  public void complete() {
    use("complete");
    end();
  }

  /**
   * Gives the permit back because the call was never sent: its slots are free at once.
   *
   * @throws IllegalStateException if it was completed or given back before
   */
  public void giveBack() {
    use("give back");
    undo();
  }

  /** Completes the permit unless it was completed or given back before. */
  @Override
  public void close() {
    close(true);
  }

  /**
   * Ends the permit unless that was done before: completes it if the provider has counted the call,
   * gives it back if not, as {@link Sent#heed} tells.
   */
  public void close(boolean counted) {
    if (USED.compareAndSet(this, false, true)) {
      if (counted) {
        end();
      } else {
        undo();
      }
    }
  }

  /**
   * Returns what is needed to act on the provider's answer to the call, which is sent now; see
   * {@link Throttle#sent}.
   */
  public Sent sent() {
    return new Sent(throttle, this);
  }

  /**
   * Says what the call has really cost of each bucket, where that is known only afterwards. What
   * the permit took too much comes back when it is complete; what it took too little is taken now,
   * even if none is free: others then wait the longer. To be called before the permit is complete,
   * not at the same time; the last call counts.
   *
   * @param actualCost at least 0
   * @throws IllegalStateException if the permit took different costs of its buckets, which then
   *     have to be named; or if it was completed or given back before
   */
  public void adjust(int actualCost) {
    if (!throttle.hasOneCost()) {
      throw new IllegalStateException(
          "the buckets of this "
              + throttle
              + " have different costs; name the one to adjust: adjust(bucket, actualCost).");
    }
    adjustTo(null, actualCost);
  }

  /**
   * Says what the call has really cost of one bucket, like {@link #adjust(int)}.
   *
   * @param bucket the name of one of the throttle's buckets
   */
  public void adjust(String bucket, int actualCost) {
    adjustTo(requireNonNull(bucket, "bucket name"), actualCost);
  }

  private void adjustTo(@Nullable String bucket, int actualCost) {
    if (actualCost < 0) {
      throw badArgument("actual cost must be at least 0, but was %d.", actualCost);
    }
    if (used) {
      throw usedBefore("adjust");
    }
    Adjustment noted = adjustment;
    if (noted == null) {
      noted = new Adjustment(throttle.route.slots.length);
    }
    throttle.adjust(noted, bucket, actualCost);
    adjustment = noted;
  }

  boolean isUsed() {
    return used;
  }

  private void end() {
    Adjustment actual = adjustment;
    if (actual == null) {
      throttle.end(stamp);
    } else {
      throttle.end(stamp, actual);
    }
  }

  private void undo() {
    Adjustment actual = adjustment;
    if (actual == null) {
      throttle.giveBack(stamp);
    } else {
      throttle.adjust(actual, null, 0);
      throttle.end(stamp, actual);
    }
  }

  private void use(String what) {
    if (!USED.compareAndSet(this, false, true)) {
      throw usedBefore(what);
    }
  }

  private IllegalStateException usedBefore(String what) {
    return new IllegalStateException(
        "cannot "
            + what
            + " a permit of "
            + throttle
            + " that was completed or given back before; acquire another for the next call.");
  }
}
