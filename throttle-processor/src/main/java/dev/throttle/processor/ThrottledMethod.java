package dev.throttle.processor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/**
 * A method and what throttles it: mostly one whose calls take permits.
 *
 * @param byType what its type brings, first in its throttle
 * @param own what the method itself carries
 */
record ThrottledMethod(
    TypeElement type,
    ExecutableElement method,
    List<Declarations.Use> byType,
    List<Declarations.Use> own) {

  /** How a call of the method is caught. */
  enum Kind {
    /** It has a body, and the body is woven. */
    BODY,
    /** It is abstract: its calls are woven, or a hook owns what implements it. */
    INTERFACE
  }

  Kind kind() {
    return method.getModifiers().contains(Modifier.ABSTRACT) ? Kind.INTERFACE : Kind.BODY;
  }

  boolean isThrottled() {
    return !byType.isEmpty() || !own.isEmpty();
  }

  /** Returns all that it carries, the type's first. */
  List<Declarations.Use> uses() {
    return Stream.concat(byType.stream(), own.stream()).toList();
  }

  /** Returns the names of its buckets in order, each once. */
  List<String> buckets() {
    return names(uses());
  }

  /** Returns the names of its buckets as they stand in a message: {@code 'one' and 'two'}. */
  String bucketsInWords() {
    return buckets().stream().map(name -> "'" + name + "'").collect(Collectors.joining(" and "));
  }

  /** Returns the names of the buckets that the uses bring, each once. */
  private static List<String> names(List<Declarations.Use> uses) {
    return uses.stream()
        .map(use -> use.declaration().name())
        .flatMap(Stream::ofNullable)
        .distinct()
        .toList();
  }

  /** Returns the names of the buckets that a key or a cost on one of its parameters is for. */
  List<String> bucketsOf(Declaration mark) {
    List<AnnotationValue> named = mark.entries(Declaration.BUCKETS);
    if (!named.isEmpty()) {
      return named.stream().map(Declaration::text).flatMap(Stream::ofNullable).distinct().toList();
    }
    return names(
        own.stream()
            .filter(use -> !Declarations.isKey(mark) || use.declaration().fairBy() == null)
            .toList());
  }

  /** Says whether its calls have high priority: of several declarations the last word counts. */
  boolean isHigh() {
    return isHigh(uses());
  }

  static boolean isHigh(List<Declarations.Use> uses) {
    return uses.stream()
        .map(use -> use.declaration().constant(Declaration.PRIORITY))
        .filter(priority -> priority != null && !priority.equals("NORMAL"))
        .reduce((first, second) -> second)
        .filter("HIGH"::equals)
        .isPresent();
  }
}
