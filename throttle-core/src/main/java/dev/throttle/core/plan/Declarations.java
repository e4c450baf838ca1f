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
import java.util.stream.Stream;

/**
 * The {@link Throttle}s that apply to a method.
 *
 * @param ofTypes those of the types
 * @param own those of the method itself, by annotations of its own too
 */
record Declarations(List<Throttle> ofTypes, List<Throttle> own) {

  static Declarations of(Class<?> type, Method method) {
    List<Throttle> ofTypes = new ArrayList<>();
    add(type, ofTypes, new HashSet<>());
    if (method.getDeclaringClass() != type) {
      add(method.getDeclaringClass(), ofTypes, new HashSet<>());
    }
    List<Throttle> own = new ArrayList<>();
    add(method, own, new HashSet<>());
    return new Declarations(List.copyOf(ofTypes), List.copyOf(own));
  }

  /** Returns all, the types' first. */
  List<Throttle> all() {
    return Stream.concat(ofTypes.stream(), own.stream()).toList();
  }

  boolean isEmpty() {
    return ofTypes.isEmpty() && own.isEmpty();
  }

  /** Adds what an element carries itself and through its annotations, in the order of writing. */
  private static void add(AnnotatedElement element, List<Throttle> found, Set<Class<?>> seen) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation instanceof Throttle throttle) {
        found.add(throttle);
      } else if (annotation instanceof Throttles throttles) {
        found.addAll(List.of(throttles.value()));
      } else if (seen.add(annotation.annotationType())) {
        add(annotation.annotationType(), found, seen);
      }
    }
  }
}
