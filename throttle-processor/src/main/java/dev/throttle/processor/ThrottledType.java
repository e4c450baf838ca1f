package dev.throttle.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/**
 * A type of this compilation that carries {@code @Throttle}, or whose methods do, read into plain
 * lists.
 *
 * @param type the type
 * @param uses what the type itself carries
 * @param methods its methods that are throttled, in the order of writing
 */
record ThrottledType(TypeElement type, List<Declarations.Use> uses, List<ThrottledMethod> methods) {

  static ThrottledType read(TypeElement type, Elements elements, Types types) {
    List<Declarations.Use> onType = Declarations.on(type);
    List<ThrottledMethod> methods =
        ElementFilter.methodsIn(type.getEnclosedElements()).stream()
            .map(method -> read(method, type, onType, elements, types))
            .filter(ThrottledMethod::isThrottled)
            .toList();
    return new ThrottledType(type, onType, methods);
  }

  /** Reads one method, throttled or not. */
  static ThrottledMethod read(ExecutableElement method, Elements elements, Types types) {
    TypeElement type = declaring(method);
    return read(method, type, Declarations.on(type), elements, types);
  }

  /** Reads one method as it is for calls through a type that may only inherit it. */
  static ThrottledMethod read(
      ExecutableElement method, TypeElement through, Elements elements, Types types) {
    TypeElement type = declaring(method);
    List<Declarations.Use> onTypes = new ArrayList<>(Declarations.on(through));
    if (!through.equals(type)) {
      onTypes.addAll(Declarations.on(type));
    }
    return read(method, type, onTypes, elements, types);
  }

  /** Returns the type in which a method stands. */
  static TypeElement declaring(ExecutableElement method) {
    return (TypeElement) Objects.requireNonNull(method.getEnclosingElement());
  }

  private static ThrottledMethod read(
      ExecutableElement method,
      TypeElement type,
      List<Declarations.Use> onType,
      Elements elements,
      Types types) {
    boolean byType = !onType.isEmpty() && isMeantByType(method, type, elements, types);
    return new ThrottledMethod(type, method, byType ? onType : List.of(), Declarations.on(method));
  }

  /**
   * Says whether what a type carries is for the method too. On an annotation, {@code @Throttle} is
   * for what carries the annotation; members that nobody wrote (an enum's {@code values()}) and
   * accessors call no provider.
   */
  private static boolean isMeantByType(
      ExecutableElement method, TypeElement type, Elements elements, Types types) {
    return type.getKind() != ElementKind.ANNOTATION_TYPE
        && !isImplicitOfEnum(type, method)
        && !isAccessor(method, elements)
        && !isObjectMethod(method, elements, types);
  }

  // javac calls these two explicit; nobody can declare them, so their names suffice.
  private static boolean isImplicitOfEnum(TypeElement type, ExecutableElement method) {
    return type.getKind() == ElementKind.ENUM
        && ((method.getSimpleName().contentEquals("values") && method.getParameters().isEmpty())
            || (method.getSimpleName().contentEquals("valueOf")
                && method.getParameters().size() == 1
                && method.getParameters().get(0).asType().toString().equals("java.lang.String")));
  }

  /**
   * Says whether the method reads a component of a record. javac does not tell accessors that it
   * made from written ones, and neither is a call of a provider.
   */
  static boolean isAccessor(ExecutableElement method, Elements elements) {
    return elements.recordComponentFor(method) != null;
  }

  /** Says whether the method is, or overrides, one that every object has. */
  static boolean isObjectMethod(ExecutableElement method, Elements elements, Types types) {
    if (method.getModifiers().contains(Modifier.STATIC)) {
      return false;
    }
    TypeElement object = elements.getTypeElement(Object.class.getCanonicalName());
    return ElementFilter.methodsIn(object.getEnclosedElements()).stream()
        .filter(inherited -> !inherited.getModifiers().contains(Modifier.PRIVATE))
        .anyMatch(
            inherited ->
                inherited.getSimpleName().equals(method.getSimpleName())
                    && types.isSubsignature(
                        (ExecutableType) method.asType(), (ExecutableType) inherited.asType()));
  }
}
