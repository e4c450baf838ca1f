package dev.throttle.core;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Compares what the processor saw annotated with what the aspect wove.
 *
 * <p>The processor generates a marker class beside the annotated classes, which on its
 * initialisation calls a method that only the aspect makes report here. So nothing need be
 * reflected upon, in whatever module the marker is.
 */
final class Weaving {

  private static final ClassValue<AtomicBoolean> CONFIRMED =
      new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> marker) {
          return new AtomicBoolean();
        }
      };

  private Weaving() {}

  static void confirm(Class<?> marker) {
    CONFIRMED.get(marker).set(true);
  }

  /** Throws if anything annotated that the loader sees was not woven. */
  static void require(ClassLoader loader) {
    StringBuilder unwoven = new StringBuilder();
    for (Index index : Index.of(loader)) {
      if (!index.markers().stream().allMatch(marker -> isWoven(marker, index, loader, true))) {
        unwoven.append("\n  ").append(String.join(", ", index.throttledClasses()));
        unwoven.append("\n    in ").append(index.location());
      }
    }
    if (!unwoven.isEmpty()) {
      throw new IllegalStateException(
          "@Throttle has no effect on these classes, because they were not woven:"
              + unwoven
              + "\nFix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect as its aspect"
              + " library, to the pom.xml that builds them (README and docs/weaving.md have it to"
              + " copy). Classes in test-classes need the plugin's goal test-compile too. Where client"
              + " hooks do all the work and nothing is to be woven, leave this check out: in tests by"
              + " -Dthrottle.requireWoven=false.");
    }
  }

  /** Returns the names of the annotated classes that the loader sees and that were woven. */
  static Set<String> woven(ClassLoader loader) {
    Set<String> woven = new HashSet<>();
    for (Index index : Index.of(loader)) {
      Collection<String> markers = index.markers();
      if (!markers.isEmpty()
          && markers.stream().allMatch(marker -> isWoven(marker, index, loader, false))) {
        woven.addAll(index.throttledClasses());
      }
    }
    return woven;
  }

  /**
   * @param ifMissing what to believe where the marker is not there: a tool that moved or dropped
   *     the classes may have left the index behind
   */
  private static boolean isWoven(
      String marker, Index index, ClassLoader loader, boolean ifMissing) {
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
}
