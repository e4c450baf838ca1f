package dev.throttle.processor;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
  private final Set<String> named = new HashSet<>();
  private final Set<String> attempted = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Dependencies dependencies;
  private final Report report;

  Buckets(Dependencies dependencies, Report report) {
    this.dependencies = dependencies;
    this.report = report;
  }

  /** Takes a declaration of this compilation; the first that defines a bucket is its definition. */
  void add(Declaration declaration) {
    String name = declaration.name();
    Definition definition = Definition.of(declaration);
    if (name == null) {
      return;
    }
    named.add(name);
    if (declaration.isDefinition()) {
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
    Definition definition = Definition.of(declaration);
    if (definition != null) {
      named.add(definition.name());
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

  /**
   * Checks a declaration against the bucket that it names.
   *
   * @param alwaysHigh whether all calls that it applies to have high priority
   */
  void checkUse(Declaration declaration, boolean alwaysHigh) {
    String name = declaration.name();
    if (name == null || !AttributeChecks.isName(name)) {
      return;
    }
    String unknownVersion = dependencies.unknownVersion(name);
    if (unknownVersion != null) {
      if (unreadable.add(name)) {
        report.declaration(
            Diagnostic.UNKNOWN_INDEX_VERSION,
            declaration,
            Declaration.NAME,
            String.format(
                Locale.ROOT,
                "a dependency describes this bucket in version %s of the index, and this"
                    + " throttle-processor reads version %s only",
                unknownVersion,
                Index.VERSION),
            "build both with the same version of throttle-processor");
      }
      return;
    }
    Definition definition = find(name);
    if (definition != null) {
      checkCost(declaration, definition, alwaysHigh);
    } else if (!attempted.contains(name) && dependencies.areComplete()) {
      report.declaration(
          Diagnostic.DEFINED_NOWHERE,
          declaration,
          Declaration.NAME,
          "no bucket of this name is defined, neither here nor in a dependency"
              + Nearest.question(name, known()),
          "correct the name, or define the bucket once with limit and period, such as"
              + " limit = 100, period = \"PT1M\"");
    }
  }

  /** Returns the names that are both named here and defined; what else there is is not known. */
  private Set<String> known() {
    return named.stream()
        .filter(name -> attempted.contains(name) || find(name) != null)
        .collect(Collectors.toSet());
  }

  private void checkCost(Declaration declaration, Definition definition, boolean alwaysHigh) {
    Integer cost = declaration.number(Declaration.COST);
    if (cost == null) {
      return;
    }
    String bucket = "since bucket '" + definition.name() + "' is " + definition.inWords();
    if (cost > definition.capacity()) {
      report.declaration(
          Diagnostic.COST_ABOVE_LIMIT,
          declaration,
          Declaration.COST,
          "the call could never pass, " + bucket,
          "lower the cost to at most " + definition.capacity() + ", or raise the limit");
    } else if (!alwaysHigh && cost > definition.capacityBesideReserve()) {
      report.declaration(
          Diagnostic.COST_ABOVE_RESERVE,
          declaration,
          Declaration.COST,
          "a call of less than high priority could never pass, " + bucket,
          "lower the cost to at most "
              + definition.capacityBesideReserve()
              + ", or add priority = Priority.HIGH");
    }
  }

  /** Returns whether a dependency says that the bucket is keyed; null if none says so or not. */
  @Nullable Boolean keyedInDependency(String name) {
    Definition theirs = dependencies.find(name);
    return theirs == null ? null : theirs.keyed();
  }

  /** Returns what this compilation defines, ordered by name. */
  List<Definition> definitions() {
    return defined.values().stream().map(Origin::definition).toList();
  }

  /** Returns the declaration that defines the bucket here, or null. */
  @Nullable Declaration declarationOf(String name) {
    Origin origin = defined.get(name);
    return origin == null ? null : origin.declaration;
  }

  /** Returns the definition of the bucket, here or in a dependency, or null if none is known. */
  @Nullable Definition find(String name) {
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
