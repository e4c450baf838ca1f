package dev.throttle.processor;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * Warns of a throttled method that is declared again without its throttle, which Java's annotations
 * do not inherit.
 *
 * <p>An abstract method that loses it is always worth a word: calls through its type pass nothing.
 * Of a body it is often meant, so nothing is said where nobody can or will call it through its own
 * class, or where it does not matter:
 *
 * <ul>
 *   <li>the throttled method is not compiled here: a test's fake of an interface of the program;
 *   <li>the class that implements an abstract method is private: it is called through the
 *       interface;
 *   <li>the body calls the method of another object, or that of its superclass, which is throttled
 *       there: a decorator;
 *   <li>the class is generated, such as MapStruct's: nobody can annotate it.
 * </ul>
 *
 * <p>Nor is anything said of abstract methods where they are throttled all the same: as those of
 * Spring's beans ({@link SpringBeans}).
 *
 * <p>Where several declarations above each other have none, only the first below the throttled one
 * is reported.
 */
final class OverrideChecks {

  private final ProcessingEnvironment environment;
  private final Elements elements;
  private final Types types;
  private final Report report;
  private final Map<TypeElement, Boolean> throttled = new HashMap<>();

  OverrideChecks(ProcessingEnvironment environment, Report report) {
    this.environment = environment;
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.report = report;
  }

  /** Checks the types, and those that are nested in them. */
  void check(Collection<TypeElement> outermost) {
    Set<TypeElement> compiled = Set.copyOf(outermost);
    outermost.forEach(type -> check(type, compiled));
  }

  private void check(TypeElement type, Set<TypeElement> compiled) {
    if (isThrottledAbove(type) && !isGenerated(type)) {
      for (ExecutableElement method : ElementFilter.methodsIn(type.getEnclosedElements())) {
        check(method, type, compiled);
      }
    }
    ElementFilter.typesIn(type.getEnclosedElements()).forEach(nested -> check(nested, compiled));
  }

  private static boolean isGenerated(TypeElement type) {
    return type.getAnnotationMirrors().stream()
        .map(annotation -> annotation.getAnnotationType().asElement().getSimpleName())
        .anyMatch(name -> name.contentEquals("Generated"));
  }

  private void check(ExecutableElement method, TypeElement type, Set<TypeElement> compiled) {
    if (method.getModifiers().contains(Modifier.STATIC)
        || ThrottledType.isAccessor(method, elements)
        || ThrottledType.read(method, elements, types).isThrottled()) {
      return;
    }
    ThrottledMethod above = overridden(method, type, type);
    if (above == null || (isAbstract(above) && SpringBeans.areThrottled(elements))) {
      return;
    }
    if (method.getModifiers().contains(Modifier.ABSTRACT)) {
      report.element(
          Diagnostic.DECLARED_AGAIN,
          method,
          "no @Throttle",
          difference(above, type) + ", since it is declared again",
          "repeat the annotation here, or remove this declaration");
    } else if (compiled.contains(outermost(above.type()))
        && !isOnlyCalledThrough(above, type)
        && !JavacTrees.ask(() -> Delegation.isIn(method, environment))) {
      report.element(
          Diagnostic.OVERRIDDEN_WITHOUT,
          method,
          "no @Throttle",
          isAbstract(above)
              ? difference(above, type)
              : "it overrides "
                  + Report.called(above.method())
                  + ", whose body passes "
                  + above.bucketsInWords()
                  + ", and this one passes nothing",
          "annotate it too (a call is charged once all the same), or suppress this with"
              + " @SuppressWarnings(\""
              + Diagnostic.OVERRIDDEN_WITHOUT.id()
              + "\") if that is meant");
    }
  }

  private static String difference(ThrottledMethod above, TypeElement type) {
    return "calls through "
        + Report.called(above.type())
        + " pass "
        + above.bucketsInWords()
        + ", and calls through "
        + Report.called(type)
        + " pass nothing";
  }

  private static boolean isAbstract(ThrottledMethod method) {
    return method.kind() == ThrottledMethod.Kind.INTERFACE;
  }

  private static boolean isOnlyCalledThrough(ThrottledMethod above, TypeElement type) {
    return isAbstract(above) && type.getModifiers().contains(Modifier.PRIVATE);
  }

  private static TypeElement outermost(TypeElement type) {
    TypeElement at = type;
    while (at.getEnclosingElement() instanceof TypeElement outer) {
      at = outer;
    }
    return at;
  }

  /** Returns the throttled method that is the nearest above on some path, or null. */
  private @Nullable ThrottledMethod overridden(
      ExecutableElement method, TypeElement type, TypeElement below) {
    for (TypeElement above : directlyAbove(below)) {
      ExecutableElement declared = declaredIn(above, method, type);
      ThrottledMethod found =
          declared == null
              ? isThrottledAbove(above) ? overridden(method, type, above) : null
              : ThrottledType.read(declared, elements, types);
      if (found != null && found.isThrottled()) {
        return found;
      }
    }
    return null;
  }

  private @Nullable ExecutableElement declaredIn(
      TypeElement above, ExecutableElement method, TypeElement type) {
    return ElementFilter.methodsIn(above.getEnclosedElements()).stream()
        .filter(candidate -> candidate.getSimpleName().equals(method.getSimpleName()))
        .filter(candidate -> elements.overrides(method, candidate, type))
        .findFirst()
        .orElse(null);
  }

  /** Says whether any type above has a throttled method; most have not, and need no closer look. */
  private boolean isThrottledAbove(TypeElement type) {
    for (TypeElement above : directlyAbove(type)) {
      Boolean known = throttled.get(above);
      if (known == null) {
        known = hasThrottled(above) || isThrottledAbove(above);
        throttled.put(above, known);
      }
      if (known) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasThrottled(TypeElement type) {
    return !Declarations.on(type).isEmpty()
        || ElementFilter.methodsIn(type.getEnclosedElements()).stream()
            .anyMatch(method -> !Declarations.on(method).isEmpty());
  }

  private List<TypeElement> directlyAbove(TypeElement type) {
    return types.directSupertypes(type.asType()).stream()
        .map(above -> (TypeElement) ((DeclaredType) above).asElement())
        .filter(above -> !isOfThePlatform(above))
        .toList();
  }

  private static boolean isOfThePlatform(TypeElement type) {
    return type.getQualifiedName().toString().startsWith("java.");
  }
}
