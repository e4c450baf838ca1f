package dev.throttle.processor;

import java.util.Collection;
import java.util.LinkedHashSet;
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
  private final Buckets buckets;

  Checks(Elements elements, Types types, Buckets buckets, Report report) {
    this.attributes = new AttributeChecks(report);
    this.placements = new PlacementChecks(elements, types, report);
    this.buckets = buckets;
  }

  void check(Collection<ThrottledType> types) {
    Set<Declaration> written = new LinkedHashSet<>();
    for (ThrottledType type : types) {
      written.addAll(writtenIn(type.type()));
      placements.check(type);
    }
    written.forEach(attributes::check);
    written.forEach(buckets::add);
    Set<Element> compiled = elementsOf(written);
    for (ThrottledType type : types) {
      bringIn(type.uses(), compiled);
      type.methods().forEach(method -> bringIn(method.own(), compiled));
    }
    buckets.checkAgainstDependencies();
    written.forEach(buckets::checkUse);
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
