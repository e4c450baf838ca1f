package dev.throttle.processor;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.annotation.Throttles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;

/** Finds the {@code @Throttle}s of an element: its own, and those of the annotations on it. */
final class Declarations {

  /**
   * A declaration that applies to an element.
   *
   * @param carrier the annotation on the element that brings it: {@code @Throttle} or a
   *     meta-annotation
   */
  record Use(AnnotationMirror carrier, Declaration declaration) {}

  private static final String ONE = Throttle.class.getCanonicalName();
  private static final String SEVERAL = Throttles.class.getCanonicalName();
  private static final String KEY = ThrottleKey.class.getCanonicalName();
  private static final String COST = ThrottleCost.class.getCanonicalName();

  private Declarations() {}

  /** Returns the declarations written on the element itself, in the order of writing. */
  static List<Declaration> writtenOn(Element element) {
    List<Declaration> written = new ArrayList<>();
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      addWritten(element, mirror, written);
    }
    return written;
  }

  /** Returns the declarations that apply to the element, meta-annotations followed to any depth. */
  static List<Use> on(Element element) {
    List<Use> uses = new ArrayList<>();
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      List<Declaration> brought = new ArrayList<>();
      addBrought(element, mirror, brought, new HashSet<>());
      brought.forEach(declaration -> uses.add(new Use(mirror, declaration)));
    }
    return uses;
  }

  /** Returns the keys and costs on the parameters, in their order. */
  static List<Declaration> onParametersOf(ExecutableElement method) {
    List<Declaration> marks = new ArrayList<>();
    for (VariableElement parameter : method.getParameters()) {
      for (AnnotationMirror mirror : parameter.getAnnotationMirrors()) {
        if (marksParameters(mirror.getAnnotationType().asElement())) {
          marks.add(new Declaration(parameter, mirror));
        }
      }
    }
    return marks;
  }

  /** Says whether this is {@code @ThrottleKey} or {@code @ThrottleCost}. */
  static boolean marksParameters(Element annotation) {
    return isNamed(annotation, KEY) || isNamed(annotation, COST);
  }

  static boolean isKey(Declaration mark) {
    return isNamed(mark.mirror().getAnnotationType().asElement(), KEY);
  }

  /** Says whether an element that carries this annotation is throttled by it. */
  static boolean throttles(TypeElement annotation) {
    return isThrottle(annotation) || !on(annotation).isEmpty();
  }

  /** Says whether this is {@code @Throttle} itself, or the container of several. */
  static boolean isThrottle(Element annotation) {
    return isNamed(annotation, ONE) || isNamed(annotation, SEVERAL);
  }

  private static void addBrought(
      Element element, AnnotationMirror mirror, List<Declaration> brought, Set<Element> seen) {
    addWritten(element, mirror, brought);
    Element type = mirror.getAnnotationType().asElement();
    // @Documented and @Retention carry themselves.
    if (seen.add(type)) {
      for (AnnotationMirror meta : type.getAnnotationMirrors()) {
        addBrought(type, meta, brought, seen);
      }
    }
  }

  private static void addWritten(
      Element element, AnnotationMirror mirror, List<Declaration> written) {
    Element type = mirror.getAnnotationType().asElement();
    if (isNamed(type, ONE)) {
      written.add(new Declaration(element, mirror));
    } else if (isNamed(type, SEVERAL)) {
      for (AnnotationValue value : mirror.getElementValues().values()) {
        if (value.getValue() instanceof List<?> items) {
          for (Object item : items) {
            if (item instanceof AnnotationValue one
                && one.getValue() instanceof AnnotationMirror repeated) {
              written.add(new Declaration(element, repeated));
            }
          }
        }
      }
    }
  }

  private static boolean isNamed(Element element, String name) {
    return element instanceof TypeElement type && type.getQualifiedName().contentEquals(name);
  }
}
