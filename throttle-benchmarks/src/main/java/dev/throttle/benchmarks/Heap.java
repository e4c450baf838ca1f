package dev.throttle.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * What lives on the heap, so that objects can be weighed by a difference.
 *
 * <p>It weighs all that a limiter keeps for them, wherever it is reachable from, as the JVM that
 * runs lays it out. What is weighed must be many, since the JVM itself allocates a little
 * meanwhile.
 */
final class Heap {

  private static final int MOST_COLLECTIONS = 8;

  /** A smaller change than this is not what anybody weighs here. */
  private static final long STILL_BYTES = 16 << 10;

  private Heap() {}

  /** Returns the bytes in use after collecting garbage until there is no less of it. */
  static long usedBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long before = Long.MAX_VALUE;
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      System.gc();
      long used = memory.getHeapMemoryUsage().getUsed();
      if (used > before - STILL_BYTES) {
        return Math.min(used, before);
      }
      before = used;
    }
    return before;
  }
}
