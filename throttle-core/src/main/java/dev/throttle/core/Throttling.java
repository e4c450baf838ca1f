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

  /**
   * Checks that every annotated class which the thread's context class loader sees was woven: for
   * the start of a program, so that a build without the weaver is noticed there and not by a 429.
   *
   * <p>It knows of classes that were compiled with {@code throttle-processor}. Reads the indexes of
   * all jars, each time.
   *
   * @throws IllegalStateException if one was not, with the classes and the missing plugin
   */
  public static void requireWoven() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    Weaving.require(context == null ? ClassLoader.getSystemClassLoader() : context);
  }

  /**
   * Notes that the aspect is at work where this class is. For the aspect only.
   *
   * @param marker a class that {@code throttle-processor} generated
   */
  public static void confirmWoven(Class<?> marker) {
    Weaving.confirm(requireNonNull(marker, "marker"));
  }
}
