package dev.throttle.tools;

import dev.throttle.core.Index;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All buckets of several modules, by name, with who defines and who passes them. */
final class Limits {

  /** A definition, and the modules that have it. */
  record Defined(Index.Definition definition, List<String> modules) {}

  private final List<Module> modules;
  private final SortedMap<String, List<Defined>> definitions = new TreeMap<>();
  private final SortedSet<String> names = new TreeSet<>();
  private final SortedMap<String, String> conflicts;

  Limits(List<Module> modules) {
    this.modules = modules;
    this.conflicts = Index.conflicts(modules.stream().map(Module::index).toList());
    for (Module module : modules) {
      names.addAll(module.index().bucketNames());
      for (Index.Definition definition : module.index().definitions()) {
        add(definition, module.name());
      }
    }
  }

  private void add(Index.Definition definition, String module) {
    List<Defined> known = definitions.computeIfAbsent(definition.name(), name -> new ArrayList<>());
    known.stream()
        .filter(defined -> defined.definition.equals(definition))
        .findFirst()
        .orElseGet(
            () -> {
              Defined fresh = new Defined(definition, new ArrayList<>());
              known.add(fresh);
              return fresh;
            })
        .modules
        .add(module);
  }

  List<Module> modules() {
    return modules;
  }

  /** Returns the names of all buckets that are defined or passed. */
  SortedSet<String> names() {
    return names;
  }

  /** Returns the definitions of a bucket; several if they differ, none if nobody defines it. */
  List<Defined> definitions(String bucket) {
    return definitions.getOrDefault(bucket, List.of());
  }

  /** Returns the methods that pass a bucket. */
  List<Index.Method> methods(String bucket) {
    return modules.stream()
        .flatMap(module -> module.index().methods().stream())
        .filter(method -> method.buckets().contains(bucket))
        .distinct()
        .sorted(
            Comparator.comparing(Index.Method::type)
                .thenComparing(Index.Method::name)
                .thenComparing(Index.Method::descriptor))
        .toList();
  }

  boolean hasConflicts() {
    return !conflicts.isEmpty();
  }

  boolean isInConflict(String bucket) {
    return conflicts.containsKey(bucket);
  }

  /** Returns what to tell of buckets that are defined in different ways. */
  Stream<String> conflicts() {
    return conflicts.values().stream();
  }
}
