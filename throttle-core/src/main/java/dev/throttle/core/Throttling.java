package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

/**
 * The buckets of this process: what annotated methods and client hooks take their permits from.
 *
 * <p>Safe for use by many threads.
 */
public final class Throttling {

  private static volatile Buckets buckets = Buckets.create();

  private Throttling() {}

  /** Returns the buckets that annotated methods use. */
  public static Buckets buckets() {
    return buckets;
  }

  /**
   * Replaces the buckets that annotated methods use from their next call on: for tests on virtual
   * time, or an executor of one's own. Calls that wait keep waiting where they are.
   *
   * @return the buckets that were used before
   */
  public static synchronized Buckets use(Buckets buckets) {
    Buckets before = Throttling.buckets;
    Throttling.buckets = requireNonNull(buckets, "buckets");
    return before;
  }
}
