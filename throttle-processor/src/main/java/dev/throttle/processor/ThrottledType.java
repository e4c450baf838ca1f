package dev.throttle.processor;

import java.util.ArrayList;
import java.util.List;
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
    boolean annotation = type.getKind() == ElementKind.ANNOTATION_TYPE;
    List<Declarations.Use> onType = Declarations.on(type);
    List<ThrottledMethod> methods = new ArrayList<>();
    for (ExecutableElement method : ElementFilter.methodsIn(type.getEnclosedElements())) {
      List<Declarations.Use> onMethod = Declarations.on(method);
      // On an annotation, @Throttle is for what carries the annotation. Members that nobody wrote
      // (an enum's values()) and accessors call no provider.
      boolean byType =
          !annotation
              && !onType.isEmpty()
              && !isImplicitOfEnum(type, method)
              && !isAccessor(method, elements)
              && !isObjectMethod(method, elements, types);
      if (byType || !onMethod.isEmpty()) {
        methods.add(new ThrottledMethod(type, method, byType ? onType : List.of(), onMethod));
      }
    }
    return new ThrottledType(type, onType, methods);
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
