package dev.throttle.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the processor saw annotated with what the aspect wove.
 *
 * <p>The processor generates a marker class beside the annotated classes, which on its
 * initialisation calls a method that only the aspect makes report here. So nothing need be
 * reflected upon, in whatever module the marker is; and it does not matter whether it was woven by
 * the build or by an agent as it was loaded.
 *
 * <p>A marker speaks for its compilation. That a single class was left out of it shows in its class
 * file, where the marker's own shows that the build wove; what an agent weaves is nowhere to be
 * read, and there the marker is believed.
 *
 * <p>A throttled method without a body is covered by whoever calls it, or by a hook, and neither
 * can be known before the first call. So it is reported only where there cannot be either: no
 * module was woven that could call it, and no hook is there.
 */
final class Weaving {

  private static final Logger LOG = LoggerFactory.getLogger(Throttling.class);

  /** What is made of annotated interfaces is throttled by one of these, if it can be loaded. */
  private static final List<String> HOOKS =
      List.of(
          "dev.throttle.clients.feign.ThrottleCapability",
          "dev.throttle.clients.retrofit.ThrottleCallAdapterFactory",
          "dev.throttle.spring.ThrottleAutoConfiguration");

  private static final ClassValue<AtomicBoolean> CONFIRMED =
      new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> marker) {
          return new AtomicBoolean();
        }
      };

  /** The loaders whose classes were looked at, so that nobody is told twice. */
  private static final Set<ClassLoader> CHECKED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final ClassLoader loader;
  private final List<Index> indexes;

  private Weaving(ClassLoader loader) {
    this.loader = loader;
    this.indexes = Index.of(loader);
  }

  static void confirm(Class<?> marker) {
    CONFIRMED.get(marker).set(true);
  }

  /** Throws if anything annotated that the loader sees was not woven. */
  static void require(ClassLoader loader) {
    String unwoven = new Weaving(loader).report(name -> false);
    if (unwoven != null) {
      throw new IllegalStateException(unwoven);
    }
  }

  /**
   * Looks once at what a loader sees, and does what is asked for if anything was not woven.
   *
   * @param isCovered whether a class is throttled in another way
   * @param action asked only if something was not woven
   * @throws IllegalStateException if it was not, and the action is {@link Unwoven#FAIL}; then the
   *     next call looks again
   */
  static void check(ClassLoader loader, Predicate<String> isCovered, Supplier<Unwoven> action) {
    if (CHECKED.contains(loader)) {
      return;
    }
    String unwoven;
    try {
      unwoven = new Weaving(loader).report(isCovered);
    } catch (IllegalStateException e) { // woven, and the aspect is missing
      unwoven = e.getMessage();
    }
    if (unwoven != null) {
      switch (action.get()) {
        case FAIL -> throw new IllegalStateException(unwoven);
        case WARN -> LOG.warn("{}", unwoven);
        case SILENT -> {}
      }
    }
    CHECKED.add(loader);
  }

  /** Returns the names of the annotated classes that the loader sees and that were woven. */
  static Set<String> woven(ClassLoader loader) {
    Weaving weaving = new Weaving(loader);
    Set<String> woven = new HashSet<>();
    for (Index index : weaving.indexes) {
      if (weaving.isSurelyWoven(index)) {
        woven.addAll(index.throttledClasses());
        woven.removeAll(weaving.leftOut(index));
      }
    }
    return woven;
  }

  /** Returns what to tell of the classes that were not woven, or null if all were. */
  private @Nullable String report(Predicate<String> isCovered) {
    boolean anyCaller = indexes.stream().anyMatch(this::isSurelyWoven);
    StringBuilder unwoven = new StringBuilder();
    for (Index index : indexes) {
      SortedSet<String> classes = new TreeSet<>(unwoven(index, anyCaller));
      classes.removeIf(isCovered);
      if (!classes.isEmpty()) {
        unwoven.append("\n  ").append(String.join(", ", classes));
        unwoven.append("\n    in ").append(index.location());
      }
    }
    return unwoven.isEmpty()
        ? null
        : "@Throttle has no effect on these classes, because they were not woven:"
            + unwoven
            + "\nFix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect as its aspect"
            + " library, to the pom.xml that builds them, or weave them as they are loaded"
            + " (docs/weaving.md has both to copy, and how to weave a jar of others). Classes in"
            + " test-classes need the plugin's goal test-compile too. Where they are throttled in"
            + " another way, say throttle.weaving=silent in throttle.properties or as a system"
            + " property.";
  }

  private SortedSet<String> unwoven(Index index, boolean anyCaller) {
    if (isConfirmed(index, true)) {
      return leftOut(index);
    }
    return anyCaller || isAnyHook() ? index.classesWithBodies() : index.throttledClasses();
  }

  /** Returns the classes with throttled bodies that a build left out which wove the others. */
  private SortedSet<String> leftOut(Index index) {
    return index.isWoven(this::classFile)
        ? index.unwovenBodies(this::classFile)
        : Collections.emptySortedSet();
  }

  private boolean isSurelyWoven(Index index) {
    return !index.markers().isEmpty() && isConfirmed(index, false);
  }

  /**
   * @param ifMissing what to believe where the marker is not there: a tool that moved or dropped
   *     the classes may have left the index behind
   */
  private boolean isConfirmed(Index index, boolean ifMissing) {
    return index.markers().stream().allMatch(marker -> isConfirmed(marker, index, ifMissing));
  }

  private boolean isConfirmed(String marker, Index index, boolean ifMissing) {
    try {
      return CONFIRMED.get(Class.forName(marker, true, loader)).get();
    } catch (ClassNotFoundException e) {
      return ifMissing;
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "the classes in "
              + index.location()
              + " were woven, but what they were woven with cannot be loaded: "
              + e
              + ". Fix: add dev.throttle:throttle-aspect to the dependencies, not only to the plugin.",
          e);
    }
  }

  private boolean isAnyHook() {
    return HOOKS.stream().anyMatch(this::canBeLoaded);
  }

  private boolean canBeLoaded(String name) {
    try {
      loader.loadClass(name);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false; // or the client that it is for is not there
    }
  }

  private byte @Nullable [] classFile(String path) {
    try (InputStream bytes = loader.getResourceAsStream(path)) {
      return bytes == null ? null : bytes.readAllBytes();
    } catch (IOException e) {
      return null; // as good as not there
    }
  }
}
