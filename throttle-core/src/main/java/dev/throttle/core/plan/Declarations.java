package dev.throttle.core.plan;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.Throttles;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the {@link Throttle}s that apply to a method, the type's first, then its own. */
final class Declarations {

  private final List<Throttle> found = new ArrayList<>();

  private Declarations() {}

  static List<Throttle> of(Class<?> type, Method method) {
    Declarations declarations = new Declarations();
    declarations.add(type, new HashSet<>());
    if (method.getDeclaringClass() != type) {
      declarations.add(method.getDeclaringClass(), new HashSet<>());
    }
    declarations.add(method, new HashSet<>());
    return declarations.found;
  }

  /** Adds what an element carries itself and through its annotations, in the order of writing. */
  private void add(AnnotatedElement element, Set<Class<?>> seen) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation instanceof Throttle throttle) {
        found.add(throttle);
      } else if (annotation instanceof Throttles throttles) {
        found.addAll(List.of(throttles.value()));
      } else if (seen.add(annotation.annotationType())) {
        add(annotation.annotationType(), seen);
      }
    }
  }
}
