package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The buckets of this process: what annotated methods and client hooks take their permits from.
 * They have the {@link Configuration} of the class path, the environment and the system properties.
 *
 * <p>Safe for use by many threads.
 */
public final class Throttling {

  private static volatile @Nullable Buckets buckets;

  private Throttling() {}

  /**
   * Returns the buckets that annotated methods use. The first call, of this or of {@link #use},
   * reads the configuration.
   *
   * @throws IllegalArgumentException if the configuration is wrong; so does each call from then on
   */
  public static Buckets buckets() {
    Buckets now = buckets;
    return now == null ? configured() : now;
  }

  /** Reads without a lock, since class loaders have their own. */
  private static Buckets configured() {
    Buckets fresh = Buckets.builder().configuration(Configuration.load(loader())).build();
    synchronized (Throttling.class) {
      Buckets now = buckets;
      if (now == null) {
        buckets = fresh;
        return fresh;
      }
      return now;
    }
  }

  /**
   * Returns the context class loader if it sees this library: that of a pool's thread may be one
   * that knows nothing of the application.
   */
  private static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      if (context != null && context.loadClass(Throttling.class.getName()) == Throttling.class) {
        return context;
      }
    } catch (ClassNotFoundException e) {
      // then ours
    }
    ClassLoader own = Throttling.class.getClassLoader();
    return own == null ? ClassLoader.getSystemClassLoader() : own;
  }

  /**
   * Replaces the buckets that annotated methods use from their next call on: for tests on virtual
   * time, or an executor of one's own. Calls that wait keep waiting where they are.
   *
   * @return the buckets that were used before
   */
  public static Buckets use(Buckets buckets) {
    requireNonNull(buckets, "buckets");
    Buckets before = buckets();
    synchronized (Throttling.class) {
      before = requireNonNull(Throttling.buckets, "buckets");
      Throttling.buckets = buckets;
    }
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
