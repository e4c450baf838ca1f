package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of this process: what annotated methods and client hooks take their permits from.
 * They have the {@link Configuration} of the class path, the environment and the system properties.
 *
 * <p>Safe for use by many threads.
 */
public final class Throttling {

  private static final AtomicReference<@Nullable Buckets> BUCKETS = new AtomicReference<>();

  /** The latest first; also the lock for what belongs to them. */
  private static final Deque<Supplier<? extends Buckets>> PROVIDERS = new ArrayDeque<>();

  private Throttling() {}

  /**
   * Returns the buckets that annotated methods use. The first call, of this or of {@link #use},
   * reads the configuration and {@linkplain #checkWoven(ClassLoader, Configuration, Predicate)
   * looks for classes that were not woven}, or asks {@linkplain #provideBy who provides them}.
   *
   * @throws IllegalArgumentException if the configuration is wrong; so does each call from then on
   * @throws IllegalStateException if it says {@code throttle.weaving=fail} and an annotated class
   *     was not woven, or there are several versions of this library; so does each call from then
   *     on
   */
  public static Buckets buckets() {
    Buckets now = BUCKETS.get();
    return now == null ? configured() : now;
  }

  private static Buckets configured() {
    while (true) {
      Supplier<? extends Buckets> latest = latestProvider();
      // Without the lock: a framework takes others for it.
      Buckets made =
          latest == null ? load(loader()) : requireNonNull(latest.get(), "buckets of the provider");
      synchronized (PROVIDERS) {
        if (latest == latestProvider()) {
          return BUCKETS.compareAndSet(null, made) ? made : buckets();
        }
      }
    }
  }

  private static Buckets load(ClassLoader loader) {
    Configuration configuration = Configuration.load(loader);
    checkWoven(loader, configuration, name -> false, Weaving.NOT_WOVEN);
    return Buckets.builder().configuration(configuration).build();
  }

  private static @Nullable Supplier<? extends Buckets> latestProvider() {
    synchronized (PROVIDERS) {
      return PROVIDERS.peek();
    }
  }

  /**
   * Has a framework provide the buckets, such as Spring those of its application context: it is
   * asked when they are next asked for, and those in use now are let go. Of several providers the
   * latest counts.
   *
   * @param provider to be quick, since a call waits for it; what it throws, that call throws
   */
  public static void provideBy(Supplier<? extends Buckets> provider) {
    synchronized (PROVIDERS) {
      PROVIDERS.push(requireNonNull(provider, "provider"));
      BUCKETS.set(null);
    }
  }

  /**
   * Ends what {@link #provideBy} began: from now on the buckets are those of the latest provider
   * that is left, or else of the configuration.
   */
  public static void stopProviding(Supplier<? extends Buckets> provider) {
    synchronized (PROVIDERS) {
      if (PROVIDERS.remove(provider)) {
        BUCKETS.set(null);
      }
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
    Buckets first = buckets();
    return Objects.requireNonNullElse(BUCKETS.getAndSet(buckets), first);
  }

  /**
   * Checks that every annotated class which the thread's context class loader sees was woven,
   * whatever the configuration says: for the start of a program, so that a build without the weaver
   * is noticed there and not by a 429.
   *
   * <p>It knows of classes that were compiled with {@code throttle-processor}. Reads the indexes of
   * all jars, and the class files that they name, each time.
   *
   * @throws IllegalStateException if one was not, with the classes and the missing plugin
   */
  public static void requireWoven() {
    Weaving.require(contextLoader());
  }

  /**
   * Checks like {@link #requireWoven}, and does what {@code throttle.weaving} says if a class was
   * not woven. For the start of test runs; of a process and its class loader it looks once.
   *
   * @param byDefault where the configuration says nothing; it is read only if a class was not woven
   * @throws IllegalStateException if one was not, and that is to fail
   */
  public static void checkWoven(Unwoven byDefault) {
    requireNonNull(byDefault, "default");
    ClassLoader loader = contextLoader();
    Weaving.check(
        loader,
        name -> false,
        Weaving.NOT_WOVEN,
        () -> Configuration.load(loader).unwoven(byDefault));
  }

  /**
   * Checks like {@link #requireWoven}, and does what the configuration says if a class was not
   * woven; where it says nothing, that is logged. For frameworks that {@linkplain #provideBy
   * provide} the buckets; of a process and its class loader it looks once.
   *
   * @param isCovered whether the class of this name is throttled in another way, as by a proxy;
   *     asked of those that were not woven
   * @throws IllegalStateException if one was not, and that is to fail
   */
  public static void checkWoven(
      ClassLoader loader, Configuration configuration, Predicate<String> isCovered) {
    requireNonNull(loader, "class loader");
    requireNonNull(isCovered, "what is covered");
    checkWoven(loader, configuration, isCovered, Weaving.NEITHER_WOVEN_NOR_A_BEAN);
  }

  private static void checkWoven(
      ClassLoader loader, Configuration configuration, Predicate<String> isCovered, String why) {
    Unwoven action = configuration.unwoven(Unwoven.WARN);
    if (action != Unwoven.SILENT) {
      Weaving.check(loader, isCovered, why, () -> action);
    }
  }

  private static ClassLoader contextLoader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? ClassLoader.getSystemClassLoader() : context;
  }

  /**
   * Returns the names of the annotated classes that a class loader sees and that were woven, so
   * that a framework leaves them alone. Knows and reads the same as {@link #requireWoven}.
   */
  public static Set<String> wovenClasses(ClassLoader loader) {
    return Weaving.woven(requireNonNull(loader, "class loader"));
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
