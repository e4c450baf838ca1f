package dev.throttle.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What a call has really cost, where that differs from what its permit took. Not thread-safe.
 *
 * <p>What was too little is taken at once, even if none is free, so that nobody else gets it
 * meanwhile; what was too much comes back at completion.
 */
final class Adjustment {

  private final int[] tooMuch;
  private final List<Extra> extras = new ArrayList<>(1);

  Adjustment(int limits) {
    tooMuch = new int[limits];
  }

  /** Notes the actual cost of one limit, in place of what was noted before. */
  void set(Slots slots, int limit, int taken, int actual) {
    int more = actual - taken;
    for (Extra extra : extras) {
      more -= extra.limit == limit ? extra.cost : 0;
    }
    if (more > 0) {
      extras.add(new Extra(limit, slots.takeAnyway(more), more));
    }
    tooMuch[limit] = Math.max(0, -more);
  }

  /** Completes a limit's slots; returns whether the waiting room must look there. */
  boolean complete(Slots slots, int limit, int cohort, int taken) {
    int back = tooMuch[limit];
    boolean look = end(slots, cohort, taken, Math.min(back, taken));
    back -= Math.min(back, taken);
    for (Extra extra : extras) {
      if (extra.limit == limit) {
        int ofExtra = Math.min(back, extra.cost);
        look |= end(slots, extra.cohort, extra.cost, ofExtra);
        back -= ofExtra;
      }
    }
    return look;
  }

  private static boolean end(Slots slots, int cohort, int taken, int back) {
    boolean look = back > 0 && slots.giveBack(cohort, back);
    return (taken > back && slots.complete(cohort, taken - back)) || look;
  }

  private record Extra(int limit, int cohort, int cost) {}
}
