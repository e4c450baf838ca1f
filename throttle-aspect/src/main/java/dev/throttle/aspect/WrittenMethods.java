package dev.throttle.aspect;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/**
 * Tells the methods that somebody wrote from those that the compiler adds to a type. An annotation
 * on the type means the former.
 */
final class WrittenMethods {

  private WrittenMethods() {}

  static boolean contain(Method method) {
    return !method.isSynthetic()
        && !method.getDeclaringClass().isAnnotation()
        && !isOfEveryEnum(method)
        && !isAccessor(method);
  }

  private static boolean isOfEveryEnum(Method method) {
    if (!method.getDeclaringClass().isEnum()) {
      return false;
    }
    Class<?>[] parameters = method.getParameterTypes();
    return switch (method.getName()) {
      case "values" -> parameters.length == 0;
      case "valueOf" -> parameters.length == 1 && parameters[0] == String.class;
      default -> false;
    };
  }

  private static boolean isAccessor(Method method) {
    if (method.getDeclaringClass().isRecord()) {
      for (RecordComponent component : method.getDeclaringClass().getRecordComponents()) {
        if (method.equals(component.getAccessor())) {
          return true;
        }
      }
    }
    return false;
  }
}
