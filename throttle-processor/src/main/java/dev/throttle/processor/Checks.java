package dev.throttle.processor;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Runs all checks over a compilation, in an order that does not depend on that of its files. */
final class Checks {

  private final AttributeChecks attributes;
  private final PlacementChecks placements;
  private final ParameterChecks parameters;
  private final Buckets buckets;
  private final Keyed keyed;
  private final Report report;

  Checks(Elements elements, Types types, Buckets buckets, Keyed keyed, Report report) {
    this.attributes = new AttributeChecks(report);
    this.placements = new PlacementChecks(elements, types, report);
    this.parameters = new ParameterChecks(elements, types, report);
    this.buckets = buckets;
    this.keyed = keyed;
    this.report = report;
  }

  void check(Collection<ThrottledType> types) {
    Set<Declaration> written = new LinkedHashSet<>();
    for (ThrottledType type : types) {
      written.addAll(writtenIn(type.type()));
      placements.check(type);
      parameters.check(type);
    }
    written.forEach(attributes::check);
    written.forEach(buckets::add);
    Set<Element> compiled = elementsOf(written);
    for (ThrottledType type : types) {
      bringIn(type.uses(), compiled);
      type.methods().forEach(method -> bringIn(method.own(), compiled));
    }
    buckets.checkAgainstDependencies();
    Set<Declaration> alwaysHigh = alwaysHigh(types);
    written.forEach(declaration -> buckets.checkUse(declaration, alwaysHigh.contains(declaration)));
    types.forEach(type -> type.methods().forEach(keyed::add));
    if (!report.failed()) {
      new LooseLimits(buckets, report)
          .check(types.stream().flatMap(type -> type.methods().stream()).toList());
    }
  }

  /** Returns the declarations that apply to nothing but calls of high priority. */
  private static Set<Declaration> alwaysHigh(Collection<ThrottledType> types) {
    Set<Declaration> high = new HashSet<>();
    Set<Declaration> others = new HashSet<>();
    for (ThrottledType type : types) {
      for (ThrottledMethod method : type.methods()) {
        add(method.uses(), method.isHigh() ? high : others);
      }
    }
    // Where no method is in sight, what the type or annotation itself says has to do.
    for (ThrottledType type : types) {
      List<Declarations.Use> unused =
          type.uses().stream()
              .filter(use -> !high.contains(use.declaration()))
              .filter(use -> !others.contains(use.declaration()))
              .toList();
      add(unused, ThrottledMethod.isHigh(type.uses()) ? high : others);
    }
    high.removeAll(others);
    return high;
  }

  private static void add(Collection<Declarations.Use> uses, Set<Declaration> set) {
    uses.forEach(use -> set.add(use.declaration()));
  }

  private void bringIn(Collection<Declarations.Use> uses, Set<Element> compiled) {
    uses.stream()
        .map(Declarations.Use::declaration)
        .filter(declaration -> !compiled.contains(declaration.element()))
        .forEach(buckets::addBroughtIn);
  }

  private static Set<Declaration> writtenIn(TypeElement type) {
    Set<Declaration> written = new LinkedHashSet<>(Declarations.writtenOn(type));
    ElementFilter.methodsIn(type.getEnclosedElements())
        .forEach(method -> written.addAll(Declarations.writtenOn(method)));
    return written;
  }

  private static Set<Element> elementsOf(Set<Declaration> declarations) {
    Set<Element> elements = new LinkedHashSet<>();
    declarations.forEach(declaration -> elements.add(declaration.element()));
    return elements;
  }
}
