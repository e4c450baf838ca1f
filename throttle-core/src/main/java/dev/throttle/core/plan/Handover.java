package dev.throttle.core.plan;

import dev.throttle.core.Permit;
import dev.throttle.core.Sent;
import dev.throttle.core.Throttle;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Tells, within one thread, that a call was paid for at its call site, so that the body or the
 * client hook behind it does not charge it again. One-shot: the first that sees it uses it up, and
 * a retry behind the call site pays again.
 *
 * <p>The permit itself is handed over too. A hook ends it with its attempt, or else a retry would
 * ask for another while the call site still holds the one before: at a limit of one, for ever.
 */
final class Handover {

  private static final ThreadLocal<Handover> OF_THREAD = ThreadLocal.withInitial(Handover::new);

  /** Whether any call site ever handed over; until then nobody need look for it. */
  private static volatile boolean used;

  private Site[] sites = {new Site(), new Site()};
  private int depth;

  private Handover() {}

  /** Begins a call site that holds a permit by its stamp; {@link #end} ends it. */
  static void begin(MethodPlan plan, @Nullable Throttle due, long stamp) {
    Site site = OF_THREAD.get().push(plan);
    site.due = due;
    site.stamp = stamp;
  }

  /** Begins a call site whose permit, if it is known here, others complete at the latest. */
  static void begin(MethodPlan plan, @Nullable Permit permit) {
    OF_THREAD.get().push(plan).permit = permit;
  }

  static void end() {
    Handover handover = OF_THREAD.get();
    Site site = handover.sites[--handover.depth];
    site.plan = null;
    site.user = null;
    site.permit = null;
    site.endStamp(true);
  }

  /** Returns whether the innermost call site of this thread, if any, may have paid for a call. */
  static boolean isPending() {
    return used && OF_THREAD.get().depth > 0;
  }

  /** Returns the innermost call site's plan if it paid for a call of this one, and uses it up. */
  static @Nullable MethodPlan take(MethodPlan inner) {
    Site site = innermost();
    if (site == null || site.plan == null || site.user != null || !inner.isBehind(site.plan)) {
      return null;
    }
    site.user = inner;
    return site.plan;
  }

  /**
   * Returns the innermost call site's plan if it paid for one of these buckets, and uses it up: for
   * who knows the request, but no method. The site itself stands for the user.
   */
  static @Nullable MethodPlan take(Set<String> buckets) {
    Site site = innermost();
    if (site == null
        || site.plan == null
        || site.user != null
        || Collections.disjoint(site.plan.bucketNames(), buckets)) {
      return null;
    }
    site.user = site.plan;
    return site.plan;
  }

  /** Ends the permit of the innermost call site, if this plan's call has used it. */
  static void endPaid(MethodPlan inner, boolean counted) {
    Site site = innermost();
    if (site != null && site.user == inner) {
      site.endStamp(counted);
    }
  }

  /** Returns what the innermost call site has passed, sent now, if this plan's call has used it. */
  static @Nullable Sent sentPaid(MethodPlan inner) {
    Site site = innermost();
    if (site == null || site.user != inner) {
      return null;
    }
    Permit held = site.permit;
    Throttle passed = site.due;
    return held != null ? held.sent() : passed == null ? null : passed.sent();
  }

  /** Returns the permit of the innermost call site for its user to complete, once, or null. */
  static @Nullable Permit passOn(MethodPlan inner) {
    Site site = innermost();
    if (site == null || site.user != inner) {
      return null;
    }
    Permit held = site.permit;
    site.permit = null; // another request behind the same call site pays by itself
    return held;
  }

  private static @Nullable Site innermost() {
    if (!used) {
      return null;
    }
    Handover handover = OF_THREAD.get();
    return handover.depth == 0 ? null : handover.sites[handover.depth - 1];
  }

  /** Runs what no call site of this thread has paid for. */
  static void aside(Runnable other) {
    if (!isPending()) {
      other.run();
      return;
    }
    OF_THREAD.get().push(null);
    try {
      other.run();
    } finally {
      end();
    }
  }

  /** Makes a call that no call site of this thread has paid for. */
  static <T extends @Nullable Object> T callAside(Callable<T> other) throws Exception {
    OF_THREAD.get().push(null);
    try {
      return other.call();
    } finally {
      end();
    }
  }

  /** Returns whether the innermost call site of this thread is that of advice. */
  static boolean isBehindAdvice() {
    Site site = innermost();
    return site != null && site.plan != null && site.plan.isOfAdvice();
  }

  private Site push(@Nullable MethodPlan plan) {
    if (!used) {
      used = true; // once: a volatile write costs as much as a permit's compare-and-set
    }
    if (depth == sites.length) {
      sites = Arrays.copyOf(sites, 2 * depth);
      Arrays.setAll(sites, i -> i < depth ? sites[i] : new Site());
    }
    Site site = sites[depth++];
    site.plan = plan;
    return site;
  }

  /** A call site that this thread is in; used again for the next one, so that it costs nothing. */
  private static final class Site {

    /** Null for what stands aside. */
    @Nullable MethodPlan plan;

    /** Whose call it has paid for, once that was said. */
    @Nullable MethodPlan user;

    @Nullable Throttle due;
    long stamp;
    @Nullable Permit permit;

    void endStamp(boolean counted) {
      Throttle held = due;
      if (held == null) {
        return;
      }
      due = null;
      if (counted) {
        held.end(stamp);
      } else {
        held.giveBack(stamp);
      }
    }
  }
}
