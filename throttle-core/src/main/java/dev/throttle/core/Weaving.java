package dev.throttle.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
 * read, and there the marker is believed. Tools that make one jar of many may join the indexes of
 * several compilations. Where their markers disagree, each class file has to speak for itself.
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

  /** Why no limit is kept in a class of a program without a framework. */
  static final String NOT_WOVEN = "were not woven:";

  /** The same where a framework throttles its beans; it cannot see those of other contexts. */
  static final String NEITHER_WOVEN_NOR_A_BEAN =
      "were not woven, nor are they beans that are throttled in this application context (they may"
          + " be left out of it by a profile or a test slice, or belong to a child of it):";

  private static final String FIX =
      "\nFix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect as its aspect"
          + " library, to the pom.xml that builds them, or weave them as they are loaded"
          + " (docs/weaving.md has both to copy, and how to weave a jar of others). Classes in"
          + " test-classes need the plugin's goal test-compile too. Where they are throttled in"
          + " another way, say throttle.weaving=silent in throttle.properties or as a system"
          + " property.";

  private static final Pattern MISSING_CLASS_OF_OURS =
      Pattern.compile("(NoClassDefFoundError|ClassNotFoundException): dev[./]throttle[./]");
  private static final Pattern OF_ASPECTJ = Pattern.compile("org[./]aspectj[./]");

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

  /** What could not be looked at, so that nothing is known of the classes in it. */
  private final List<String> problems = new ArrayList<>();

  private Weaving(ClassLoader loader) {
    this.loader = loader;
    this.indexes =
        Index.of(loader, unreadable -> problems.add(String.valueOf(unreadable.getMessage())));
  }

  static void confirm(Class<?> marker) {
    CONFIRMED.get(marker).set(true);
  }

  /** Throws if anything annotated that the loader sees was not woven. */
  static void require(ClassLoader loader) {
    String unwoven = new Weaving(loader).report(name -> false, NOT_WOVEN);
    if (unwoven != null) {
      throw new IllegalStateException(unwoven);
    }
  }

  /**
   * Looks once at what a loader sees, and does what is asked for if anything was not woven.
   *
   * @param isCovered whether a class is throttled in another way
   * @param why no limit is kept in the classes that are told of: {@link #NOT_WOVEN}
   * @param action asked only if something was not woven
   * @param log of warnings
   * @throws IllegalStateException if it was not, or nobody can tell, and the action is {@link
   *     Unwoven#FAIL}; then the next call looks again
   */
  static void check(
      ClassLoader loader,
      Predicate<String> isCovered,
      String why,
      Supplier<Unwoven> action,
      Consumer<String> log) {
    if (CHECKED.contains(loader)) {
      return;
    }
    String unwoven;
    Throwable cause = null;
    try {
      unwoven = new Weaving(loader).report(isCovered, why);
    } catch (RuntimeException | LinkageError e) {
      unwoven = "it cannot be told which classes were not woven: " + e;
      cause = e;
    }
    Unwoven asked = unwoven == null ? Unwoven.SILENT : action.get();
    if (asked == Unwoven.FAIL) {
      throw new IllegalStateException(unwoven, cause);
    }
    // Before anything is logged, since an appender may call a throttled method.
    if (CHECKED.add(loader) && unwoven != null && asked == Unwoven.WARN) {
      log.accept(unwoven);
    }
  }

  static void check(
      ClassLoader loader, Predicate<String> isCovered, String why, Supplier<Unwoven> action) {
    check(loader, isCovered, why, action, unwoven -> LOG.warn("{}", unwoven));
  }

  /** Returns the names of the annotated classes that the loader sees and that were woven. */
  static Set<String> woven(ClassLoader loader) {
    Weaving weaving = new Weaving(loader);
    Set<String> woven = new HashSet<>();
    for (Index index : weaving.indexes) {
      Markers markers = weaving.markers(index);
      if (!markers.confirmed.isEmpty()) {
        SortedSet<String> classes = index.throttledClasses();
        classes.removeAll(
            markers.denied.isEmpty()
                ? weaving.leftOut(index, markers)
                : index.unwovenBodies(weaving::classFile));
        woven.addAll(classes);
      }
    }
    return woven;
  }

  /** Returns what to tell of the classes that were not woven, or null if all were. */
  private @Nullable String report(Predicate<String> isCovered, String why) {
    Map<Index, Markers> found = new LinkedHashMap<>();
    indexes.forEach(index -> found.put(index, markers(index)));
    boolean anyCaller = found.values().stream().anyMatch(of -> !of.confirmed.isEmpty());
    StringBuilder unwoven = new StringBuilder();
    found.forEach(
        (index, markers) -> {
          SortedSet<String> classes = new TreeSet<>(unwoven(index, markers, anyCaller));
          classes.removeIf(isCovered);
          if (!classes.isEmpty()) {
            unwoven.append("\n  ").append(String.join(", ", classes));
            unwoven.append("\n    in ").append(index.location());
          }
        });
    List<String> told = new ArrayList<>(problems);
    if (!unwoven.isEmpty()) {
      told.add(0, "@Throttle has no effect on these classes, because they " + why + unwoven + FIX);
    }
    return told.isEmpty() ? null : String.join("\n", told);
  }

  private SortedSet<String> unwoven(Index index, Markers markers, boolean anyCaller) {
    if (!markers.confirmed.isEmpty() || markers.denied.isEmpty()) {
      return leftOut(index, markers);
    }
    return anyCaller || isAnyHook() ? index.classesWithBodies() : index.throttledClasses();
  }

  /** Returns the classes with throttled bodies that a build left out which wove others. */
  private SortedSet<String> leftOut(Index index, Markers markers) {
    boolean byBuild =
        markers.confirmed.stream().allMatch(name -> WovenClass.isWoven(name, this::classFile));
    return byBuild && !markers.confirmed.isEmpty()
        ? index.unwovenBodies(this::classFile)
        : Collections.emptySortedSet();
  }

  /**
   * The markers of an index, but those that are not there: a tool that moved or dropped the classes
   * may have left the index behind.
   *
   * @param confirmed of what was woven
   * @param denied of what was not
   */
  private record Markers(List<String> confirmed, List<String> denied) {}

  private Markers markers(Index index) {
    Markers markers = new Markers(new ArrayList<>(), new ArrayList<>());
    for (String marker : index.markers()) {
      try {
        boolean isConfirmed = CONFIRMED.get(Class.forName(marker, true, loader)).get();
        (isConfirmed ? markers.confirmed : markers.denied).add(marker);
      } catch (ClassNotFoundException e) {
        // gone
      } catch (LinkageError e) { // so it was woven
        markers.confirmed.add(marker);
        problems.add(
            "the classes in "
                + index.location()
                + " were woven, but what they were woven with cannot be loaded: "
                + unlinked(e));
      }
    }
    return markers;
  }

  /** Returns in words what was missing, and what to do about it. */
  private static String unlinked(LinkageError e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why = cause.toString();
    if (MISSING_CLASS_OF_OURS.matcher(why).find()) {
      return why
          + ". Fix: add dev.throttle:throttle-aspect to the dependencies, not only to the plugin.";
    }
    if (OF_ASPECTJ.matcher(why).find()) {
      return why
          + ". Fix: take org.aspectj:aspectjrt in the version of the weaver (aspectjtools or"
          + " aspectjweaver) or a newer one.";
    }
    return why + ".";
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
    return Resource.bytes(loader, path);
  }
}
