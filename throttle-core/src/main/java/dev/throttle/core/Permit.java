package dev.throttle.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The right to make one call now, held until that call is complete.
 *
 * <p>Exactly one of {@link #complete} and {@link #giveBack} is to be called, once, by any thread;
 * {@link #close} completes it if nobody did. A permit that is forgotten keeps its slots for the
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

  @SuppressWarnings("UnusedVariable") // through USED
  private volatile boolean used;

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
    throttle.end(stamp);
  }

  /**
   * Gives the permit back because the call was never sent: its slots are free at once.
   *
   * @throws IllegalStateException if it was completed or given back before
   */
  public void giveBack() {
    use("give back");
    throttle.giveBack(stamp);
  }

  /** Completes the permit unless it was completed or given back before. */
  @Override
  public void close() {
    if (USED.compareAndSet(this, false, true)) {
      throttle.end(stamp);
    }
  }

  private void use(String what) {
    if (!USED.compareAndSet(this, false, true)) {
      throw new IllegalStateException(
          "cannot "
              + what
              + " a permit of "
              + throttle
              + " that was completed or given back before; acquire another for the next call.");
    }
  }
}
