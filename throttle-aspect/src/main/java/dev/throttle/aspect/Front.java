package dev.throttle.aspect;

import dev.throttle.core.Throttle;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import java.lang.ref.WeakReference;
import org.aspectj.lang.JoinPoint;
import org.jspecify.annotations.Nullable;

/**
 * A table in front of {@link Plans}: what was found for a join point, by the join point's identity.
 *
 * <p>A permit's compare-and-set waits for all the loads that lead to it, so their number is the
 * cost of a woven call. The JIT compiler knows the join point, so from it to its throttle there are
 * three: identity hash, table, throttle. That they belong together is checked beside them, not
 * before.
 *
 * <p>What refers to the woven class is held weakly, or a redeployed application would stay in
 * memory; the throttle does not. A join point that finds its place taken by another goes the long
 * way. The table is read and written without synchronization: a race at worst sees nothing yet, and
 * what is seen is whole, because the fields are final and an unseen referent counts as none.
 */
final class Front extends WeakReference<Plans.Entry> {

  private static final @Nullable Front[] TABLE = new @Nullable Front[4_096];

  /** What plain calls passed when this was made; null where they are none. */
  private final @Nullable Throttle throttle;

  private Front(Plans.Entry entry, @Nullable Throttle throttle) {
    super(entry);
    this.throttle = throttle;
  }

  /** Returns what was noted of a join point, or null. */
  static Plans.@Nullable Entry find(JoinPoint.StaticPart joinPoint) {
    Front front = TABLE[place(joinPoint)];
    Plans.Entry entry = front == null || front.isOutdated() ? null : front.get();
    return entry != null && entry.joinPoint() == joinPoint ? entry : null;
  }

  /** Returns what a plain call that nobody has paid for passes, if that is known. */
  static @Nullable Throttle throttle(JoinPoint.StaticPart joinPoint) {
    Front front = TABLE[place(joinPoint)];
    if (front == null || front.isOutdated() || MethodPlan.mayBePaid()) {
      return null;
    }
    Plans.Entry entry = front.get();
    return entry != null && entry.joinPoint() == joinPoint ? front.throttle : null;
  }

  private boolean isOutdated() {
    return throttle != null && !throttle.isOf(Throttling.buckets());
  }

  /** Notes what was found the long way, unless another join point has the place. */
  static void note(Plans.Entry entry) {
    int place = place(entry.joinPoint());
    Front front = TABLE[place];
    Plans.Entry there = front == null ? null : front.get();
    if (there == null || there.joinPoint() == entry.joinPoint()) {
      MethodPlan plan = entry.plan();
      TABLE[place] =
          new Front(
              entry,
              plan != null && plan.isPlain() && !plan.readsArguments() ? plan.throttle() : null);
    }
  }

  private static int place(JoinPoint.StaticPart joinPoint) {
    return System.identityHashCode(joinPoint) & (TABLE.length - 1);
  }
}
