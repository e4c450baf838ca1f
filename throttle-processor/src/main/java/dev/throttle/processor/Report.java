package dev.throttle.processor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Says a diagnostic: what is wrong, where, and how to put it right. */
final class Report {

  private final ProcessingEnvironment environment;
  private boolean failed;

  Report(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /** Says whether any error was reported. */
  boolean failed() {
    return failed;
  }

  /** Reports a declaration, at the value of the attribute if that is written. */
  void declaration(
      Diagnostic diagnostic, Declaration declaration, String attribute, String rule, String fix) {
    entry(diagnostic, declaration, attribute, declaration.value(attribute), rule, fix);
  }

  /** Reports a declaration, at one of several values of the attribute, or at the only one. */
  void entry(
      Diagnostic diagnostic,
      Declaration declaration,
      String attribute,
      @Nullable AnnotationValue value,
      String rule,
      String fix) {
    if (isSuppressed(diagnostic, declaration.element())) {
      return;
    }
    String shown =
        value == null || attribute.equals(Declaration.NAME)
            ? named(declaration)
            : String.format(
                Locale.ROOT, "@%s(%s = %s)", declaration.kind(), attribute, written(value));
    String message = message(diagnostic, shown, declaration.element(), rule, fix);
    failed |= diagnostic.kind() == Kind.ERROR;
    if (!isPrinted(diagnostic, message, declaration, value)) {
      environment
          .getMessager()
          .printMessage(
              diagnostic.kind(), message, declaration.element(), declaration.mirror(), value);
    }
  }

  /** Prints at the exact place if that can be found, and says whether it did. */
  private boolean isPrinted(
      Diagnostic diagnostic,
      String message,
      Declaration declaration,
      @Nullable AnnotationValue value) {
    return JavacTrees.ask(
        () -> SourcePosition.print(environment, diagnostic.kind(), message, declaration, value));
  }

  /** Reports an element that cannot take the throttle which the use brings to it. */
  void placement(
      Diagnostic diagnostic, Element element, Declarations.Use use, String rule, String fix) {
    if (isSuppressed(diagnostic, element)) {
      return;
    }
    Element annotation = use.carrier().getAnnotationType().asElement();
    boolean isOwn = element.getAnnotationMirrors().contains(use.carrier());
    boolean isMeta = !Declarations.isThrottle(annotation);
    String shown = isMeta ? "@" + annotation.getSimpleName() : named(use.declaration());
    String from = isOwn ? "" : " of its type";
    String message = message(diagnostic, shown + from, element, rule, fix);
    failed |= diagnostic.kind() == Kind.ERROR;
    if (!isOwn) {
      environment.getMessager().printMessage(diagnostic.kind(), message, element);
    } else if (isMeta || !isPrinted(diagnostic, message, use.declaration(), null)) {
      environment.getMessager().printMessage(diagnostic.kind(), message, element, use.carrier());
    }
  }

  /** Warns of an element at its name. */
  void element(Diagnostic diagnostic, Element element, String shown, String rule, String fix) {
    if (!isSuppressed(diagnostic, element)) {
      environment
          .getMessager()
          .printMessage(diagnostic.kind(), message(diagnostic, shown, element, rule, fix), element);
    }
  }

  /** Reports an option of the processor, which has no place in the sources. */
  void option(Diagnostic diagnostic, String option, String rule, String fix) {
    failed |= diagnostic.kind() == Kind.ERROR;
    environment
        .getMessager()
        .printMessage(
            diagnostic.kind(),
            String.format(
                Locale.ROOT, "[%s] %s: %s. Fix: %s.", diagnostic.id(), option, rule, fix));
  }

  /** Reports a failure of the processor itself. */
  void internalError(Throwable failure) {
    String at =
        Arrays.stream(failure.getStackTrace())
            .limit(5)
            .map(frame -> "\n  at " + frame)
            .collect(Collectors.joining());
    environment
        .getMessager()
        .printMessage(
            Diagnostic.INTERNAL_ERROR.kind(),
            String.format(
                Locale.ROOT,
                "[%s] internal error in throttle-processor: %s. Fix: please report it with this"
                    + " message; until then compile without throttle-processor.%s",
                Diagnostic.INTERNAL_ERROR.id(),
                failure,
                at));
  }

  /** Returns the element as a person calls it: {@code PriceApi.quote(String)}. */
  static String called(Element element) {
    Element outer = element.getEnclosingElement();
    if (outer != null && element.getKind() == ElementKind.PARAMETER) {
      return "parameter " + element.getSimpleName() + " of " + called(outer);
    }
    if (outer != null && element.getKind() == ElementKind.CONSTRUCTOR) {
      return called(outer) + "(" + parameters((ExecutableElement) element) + ")";
    }
    String name =
        element instanceof ExecutableElement method
            ? method.getSimpleName() + "(" + parameters(method) + ")"
            : element.getSimpleName().toString();
    return outer instanceof TypeElement ? called(outer) + "." + name : name;
  }

  private static String parameters(ExecutableElement method) {
    String types =
        method.getParameters().stream()
            .map(VariableElement::asType)
            .map(Report::called)
            .collect(Collectors.joining(", "));
    return method.isVarArgs() ? types.substring(0, types.length() - "[]".length()) + "..." : types;
  }

  /** Returns the type as a person calls it, without package and type arguments. */
  static String called(TypeMirror type) {
    if (type instanceof ArrayType array) {
      return called(array.getComponentType()) + "[]";
    }
    return type instanceof DeclaredType declared
        ? declared.asElement().getSimpleName().toString()
        : type.getKind().isPrimitive() ? primitive(type) : type.toString();
  }

  private static String primitive(TypeMirror type) {
    return type.getKind().name().toLowerCase(Locale.ROOT);
  }

  private static String named(Declaration declaration) {
    AnnotationValue name = declaration.value(Declaration.NAME);
    return "@" + declaration.kind() + (name == null ? "" : "(" + written(name) + ")");
  }

  // javac would escape what is not ASCII, and write names in full.
  private static String written(AnnotationValue value) {
    if (value.getValue() instanceof String text) {
      return '"' + text + '"';
    }
    if (value.getValue() instanceof VariableElement constant) {
      return constant.getSimpleName().toString();
    }
    return value.getValue() instanceof List<?> ? "..." : value.toString();
  }

  /** Returns the whole text of a diagnostic. */
  static String message(
      Diagnostic diagnostic, String shown, Element element, String rule, String fix) {
    return String.format(
        Locale.ROOT,
        "[%s] %s on %s: %s%s Fix: %s.",
        diagnostic.id(),
        shown,
        called(element),
        rule,
        rule.endsWith("?") ? "" : ".",
        fix);
  }

  /** Says whether it is a warning of which the element, or one around it, wants to hear nothing. */
  static boolean isSuppressed(Diagnostic diagnostic, Element element) {
    if (diagnostic.kind() != Kind.WARNING) {
      return false;
    }
    for (Element at = element; at != null; at = at.getEnclosingElement()) {
      SuppressWarnings suppressed = at.getAnnotation(SuppressWarnings.class);
      if (suppressed != null && List.of(suppressed.value()).contains(diagnostic.id())) {
        return true;
      }
    }
    return false;
  }
}
