package dev.throttle.processor;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a compilation: who defines each, and whether all who name one mean the same.
 *
 * <p>A name whose definition is itself wrong counts as defined, so that one mistake makes one
 * report.
 */
final class Buckets {

  private record Origin(Definition definition, Declaration declaration) {}

  private final Map<String, Origin> defined = new TreeMap<>();
  private final Map<String, Definition> broughtIn = new TreeMap<>();
  private final Set<String> attempted = new HashSet<>();
  private final Dependencies dependencies;
  private final Report report;

  Buckets(Dependencies dependencies, Report report) {
    this.dependencies = dependencies;
    this.report = report;
  }

  /** Takes a declaration of this compilation; the first that defines a bucket is its definition. */
  void add(Declaration declaration) {
    String name = declaration.name();
    Definition definition = AttributeChecks.definition(declaration);
    if (name == null) {
      return;
    }
    if (declaration.has(Declaration.LIMIT) || declaration.has(Declaration.PERIOD)) {
      attempted.add(name);
    }
    if (definition == null) {
      return;
    }
    Origin first = defined.putIfAbsent(name, new Origin(definition, declaration));
    if (first != null) {
      reportDifference(
          Diagnostic.TWO_DEFINITIONS,
          declaration,
          definition,
          first.definition,
          "on " + Report.called(first.declaration.element()));
    }
  }

  /**
   * Takes a declaration that a compiled annotation of a dependency brings in. It defines its bucket
   * here too, but is written to that dependency's index, not to ours.
   */
  void addBroughtIn(Declaration declaration) {
    Definition definition = AttributeChecks.definition(declaration);
    if (definition != null) {
      broughtIn.putIfAbsent(definition.name(), definition);
    }
  }

  /** Reports each bucket that a dependency defines otherwise, once, at our definition. */
  void checkAgainstDependencies() {
    defined.forEach(
        (name, origin) -> {
          Definition theirs = elsewhere(name);
          if (theirs != null) {
            reportDifference(
                Diagnostic.OTHER_DEFINITION_IN_DEPENDENCY,
                origin.declaration,
                origin.definition,
                theirs,
                "in a dependency");
          }
        });
  }

  /** Checks a declaration against the bucket that it names. */
  void checkUse(Declaration declaration) {
    String name = declaration.name();
    if (name == null || !AttributeChecks.isName(name)) {
      return;
    }
    Definition definition = find(name);
    if (definition == null) {
      if (!attempted.contains(name) && dependencies.areComplete()) {
        report.declaration(
            Diagnostic.DEFINED_NOWHERE,
            declaration,
            Declaration.NAME,
            "no bucket of this name is defined, neither here nor in a dependency",
            "correct the name, or define the bucket once with limit and period, such as"
                + " limit = 100, period = \"PT1M\"");
      }
      return;
    }
    Integer cost = declaration.number(Declaration.COST);
    if (cost != null && cost > definition.limit()) {
      report.declaration(
          Diagnostic.COST_ABOVE_LIMIT,
          declaration,
          Declaration.COST,
          "the call could never pass, since bucket '" + name + "' is " + definition.inWords(),
          "lower the cost to at most " + definition.limit() + ", or raise the limit");
    }
  }

  /** Returns what this compilation defines, ordered by name. */
  List<Definition> definitions() {
    return defined.values().stream().map(Origin::definition).toList();
  }

  private @Nullable Definition find(String name) {
    Origin origin = defined.get(name);
    return origin == null ? elsewhere(name) : origin.definition;
  }

  private @Nullable Definition elsewhere(String name) {
    Definition brought = broughtIn.get(name);
    return brought == null ? dependencies.find(name) : brought;
  }

  private void reportDifference(
      Diagnostic diagnostic,
      Declaration declaration,
      Definition here,
      Definition there,
      String where) {
    String attribute = here.firstDifference(there);
    if (attribute != null) {
      report.declaration(
          diagnostic,
          declaration,
          attribute,
          String.format(
              Locale.ROOT,
              "bucket '%s' is %s here, but %s %s",
              here.name(),
              here.inWords(),
              there.inWords(),
              where),
          "make the two agree, or leave limit and period out here to use the other definition");
    }
  }
}
