package dev.throttle.core;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the buckets that two jars define, and not alike: each by itself compiles, and which of them
 * counted would depend on which class is loaded first.
 *
 * <p>What the configuration says goes before both, so that it settles a conflict, if it says all of
 * what they disagree about.
 */
final class Conflicts {

  private Conflicts() {}

  /** Returns by name what to tell of each. */
  static SortedMap<String, String> find(Collection<Index> indexes, Configuration configuration) {
    Map<String, Origin> first = new HashMap<>();
    SortedMap<String, String> conflicts = new TreeMap<>();
    for (Index index : indexes) {
      for (Index.Definition definition : index.definitions()) {
        Origin origin = new Origin(definition, index.location());
        Origin before = first.putIfAbsent(definition.name(), origin);
        if (before != null && !before.agreesWith(origin, configuration)) {
          conflicts.putIfAbsent(definition.name(), before.against(origin));
        }
      }
    }
    return conflicts;
  }

  private record Origin(Index.Definition definition, String location) {

    boolean agreesWith(Origin other, Configuration configuration) {
      if (definition.equals(other.definition)) {
        return true;
      }
      Boolean keyed = definition.keyed();
      Boolean otherKeyed = other.definition.keyed();
      if (keyed != null && otherKeyed != null && !keyed.equals(otherKeyed)) {
        return false;
      }
      Declared declared = definition.with(configuration);
      Declared otherDeclared = other.definition.with(configuration);
      return declared.limits().equals(otherDeclared.limits())
          && declared.maxQueue() == otherDeclared.maxQueue();
    }

    String against(Origin other) {
      return String.format(
          Locale.ROOT,
          "bucket '%s' is defined in two places, and not alike: as %s in %s, and as %s in %s. Fix:"
              + " define it in one of them and name it in the other; or say in the configuration,"
              + " which goes before both, all of what they disagree about.",
          definition.name(),
          definition.inWords(),
          location,
          other.definition.inWords(),
          other.location);
    }
  }
}
