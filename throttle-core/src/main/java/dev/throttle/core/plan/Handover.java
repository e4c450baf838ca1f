package dev.throttle.core.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells, within one thread, that a call was paid for at its call site, so that the body or the
 * client hook behind it does not charge it again. One-shot: the first that sees it consumes it, and
 * a retry behind the call site pays again.
 */
final class Handover {

  private static final ThreadLocal<Handover> OF_THREAD = ThreadLocal.withInitial(Handover::new);

  /** Whether any call site ever handed over; until then nobody need look for it. */
  private static volatile boolean used;

  private @Nullable MethodPlan[] paid = new @Nullable MethodPlan[4];
  private int depth;

  private Handover() {}

  static void begin(MethodPlan plan) {
    if (!used) {
      used = true; // once: a volatile write costs as much as a permit's compare-and-set
    }
    Handover handover = OF_THREAD.get();
    if (handover.depth == handover.paid.length) {
      handover.paid = Arrays.copyOf(handover.paid, 2 * handover.depth);
    }
    handover.paid[handover.depth++] = plan;
  }

  static void end() {
    Handover handover = OF_THREAD.get();
    handover.paid[--handover.depth] = null;
  }

  /** Returns whether the innermost call site of this thread, if any, may have paid for a call. */
  static boolean isPending() {
    return used && OF_THREAD.get().depth > 0;
  }

  /** Returns the innermost call site's plan if it paid for a call of this one, and forgets it. */
  static @Nullable MethodPlan take(MethodPlan inner) {
    return used ? OF_THREAD.get().takeInnermost(inner) : null;
  }

  private @Nullable MethodPlan takeInnermost(MethodPlan inner) {
    if (depth == 0) {
      return null;
    }
    MethodPlan site = paid[depth - 1];
    if (site == null || !inner.isBehind(site)) {
      return null;
    }
    paid[depth - 1] = null;
    return site;
  }
}
