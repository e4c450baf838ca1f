package dev.throttle.processor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which buckets are one per key. A name is either one bucket or one per key, whoever passes it: the
 * first method says which, and the others have to agree.
 */
final class Keyed {

  private record First(boolean keyed, ThrottledMethod method) {}

  private final Map<String, First> byName = new HashMap<>();
  private final Set<String> reported = new HashSet<>();
  private final Buckets buckets;
  private final Report report;

  Keyed(Buckets buckets, Report report) {
    this.buckets = buckets;
    this.report = report;
  }

  /** Takes a method and what its keys are for. */
  void add(ThrottledMethod method) {
    List<Declaration> keys =
        Declarations.onParametersOf(method.method()).stream().filter(Declarations::isKey).toList();
    Set<String> keyed = new HashSet<>();
    keys.forEach(key -> keyed.addAll(method.bucketsOf(key)));
    if (!method.buckets().containsAll(keyed)) {
      return; // the bucket that is meant is not known, and that is reported
    }
    for (String name : method.buckets()) {
      add(name, keyed.contains(name), method);
    }
  }

  private void add(String name, boolean keyed, ThrottledMethod method) {
    First first = byName.putIfAbsent(name, new First(keyed, method));
    Boolean theirs = buckets.keyedInDependency(name);
    if (first != null && first.keyed != keyed) {
      reportDifference(name, keyed, method, "on " + Report.called(first.method.method()));
    } else if (theirs != null && theirs != keyed) {
      reportDifference(name, keyed, method, "in a dependency");
    }
  }

  private void reportDifference(String name, boolean keyed, ThrottledMethod method, String where) {
    if (!reported.add(name)) {
      return;
    }
    // The method's own declaration rather than that of its type.
    Declarations.Use use =
        method.uses().stream()
            .filter(candidate -> name.equals(candidate.declaration().name()))
            .reduce((first, second) -> second)
            .orElseThrow();
    report.placement(
        Diagnostic.KEYED_AND_NOT,
        method.method(),
        use,
        "bucket '"
            + name
            + "' is "
            + (keyed ? "one per key" : "one for all")
            + " here, but "
            + (keyed ? "one for all" : "one per key")
            + " "
            + where,
        "give each method that passes it a @ThrottleKey, or none, or take another name here");
  }

  /** Returns whether the bucket is one per key; null if no method passes it. */
  @Nullable Boolean isKeyed(String name) {
    First first = byName.get(name);
    return first == null ? null : first.keyed;
  }
}
