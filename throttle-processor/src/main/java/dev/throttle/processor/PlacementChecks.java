package dev.throttle.processor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Checks that what carries a throttle can be throttled at all; at most one report per element. */
final class PlacementChecks {

  private final Elements elements;
  private final Types types;
  private final Report report;

  PlacementChecks(Elements elements, Types types, Report report) {
    this.elements = elements;
    this.types = types;
    this.report = report;
  }

  void check(ThrottledType throttled) {
    TypeElement type = throttled.type();
    if (type.getKind() != ElementKind.ANNOTATION_TYPE
        && !throttled.uses().isEmpty()
        && throttled.methods().stream().allMatch(method -> method.byType().isEmpty())) {
      report.placement(
          Diagnostic.NOTHING_TO_THROTTLE,
          type,
          throttled.uses().get(0),
          "the type declares no method that could be throttled, and inherited ones are not",
          "annotate the type that declares the methods, or suppress this with"
              + " @SuppressWarnings(\""
              + Diagnostic.NOTHING_TO_THROTTLE.id()
              + "\") if the type is there only to define the bucket");
    }
    throttled.methods().forEach(this::check);
  }

  private void check(ThrottledMethod throttled) {
    ExecutableElement method = throttled.method();
    Declarations.Use use =
        Stream.concat(throttled.own().stream(), throttled.byType().stream()).findFirst().get();
    if (throttled.type().getKind() == ElementKind.ANNOTATION_TYPE) {
      report.placement(
          Diagnostic.ANNOTATION_ELEMENT,
          method,
          use,
          "an annotation's element is never called",
          "annotate the annotation itself, or the methods that carry it");
    } else if (ThrottledType.isAccessor(method, elements)) {
      report.placement(
          Diagnostic.RECORD_COMPONENT,
          method,
          use,
          "reading a record's component calls no provider",
          "annotate the method that makes the call");
    } else if (ThrottledType.isObjectMethod(method, elements, types)) {
      report.placement(
          Diagnostic.OBJECT_METHOD,
          method,
          use,
          "methods of java.lang.Object are never throttled",
          "annotate the method that makes the call");
    } else if (method.getModifiers().contains(Modifier.NATIVE)) {
      report.placement(
          Diagnostic.NATIVE_METHOD,
          method,
          use,
          "a native method has no body to weave",
          "annotate a Java method that calls it");
    } else if (isForeignFuture(method.getReturnType())) {
      report.placement(
          Diagnostic.FOREIGN_FUTURE,
          method,
          use,
          "a " + simpleName(method.getReturnType()) + " cannot be returned before the call starts",
          "return CompletableFuture or CompletionStage, or the result itself");
    }
  }

  // Only the two that we can create ourselves may be handed out while the call still waits.
  private boolean isForeignFuture(TypeMirror returned) {
    TypeMirror erased = types.erasure(returned);
    return erased.getKind() == TypeKind.DECLARED
        && !is(erased, CompletableFuture.class)
        && !is(erased, CompletionStage.class)
        && (extend(erased, Future.class) || extend(erased, CompletionStage.class));
  }

  private boolean is(TypeMirror type, Class<?> other) {
    return types.isSameType(type, erased(other));
  }

  private boolean extend(TypeMirror type, Class<?> other) {
    return types.isSubtype(type, erased(other));
  }

  private TypeMirror erased(Class<?> type) {
    return types.erasure(elements.getTypeElement(type.getCanonicalName()).asType());
  }

  private String simpleName(TypeMirror type) {
    return ((DeclaredType) types.erasure(type)).asElement().getSimpleName().toString();
  }
}
