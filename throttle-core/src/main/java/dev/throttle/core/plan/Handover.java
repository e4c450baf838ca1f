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
    used = true;
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

  /** Returns whether the innermost call site has paid for this plan's call, and forgets it. */
  static boolean consume(MethodPlan plan) {
    return used && OF_THREAD.get().consumeInnermost(plan);
  }

  private boolean consumeInnermost(MethodPlan plan) {
    if (depth == 0) {
      return false;
    }
    MethodPlan outer = paid[depth - 1];
    if (outer == null || !outer.paysFor(plan)) {
      return false;
    }
    paid[depth - 1] = null;
    return true;
  }
}
