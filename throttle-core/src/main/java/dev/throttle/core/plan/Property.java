package dev.throttle.core.plan;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a property of one name is read from values of any class: by a method {@code x()}, which that
 * of a record component is, {@code getX()} or {@code isX()}, or from a public field.
 *
 * <p>Found out once for each class and kept by the class itself, so that nothing outlives it.
 */
final class Property extends ClassValue<MethodHandle> {

  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private final String name;

  Property(String name) {
    this.name = name;
  }

  /**
   * Returns how it is read from values of this class, as a function of Object to Object.
   *
   * @throws IllegalArgumentException if it cannot be, with the fix
   */
  MethodHandle getter(Class<?> type) {
    return get(type);
  }

  @Override
  protected MethodHandle computeValue(Class<?> type) {
    Member unreadable = null;
    for (String method : methods()) {
      for (Class<?> declaring : withSupertypes(type)) {
        for (Method candidate : declaring.getMethods()) {
          if (candidate.getName().equals(method)
              && candidate.getParameterCount() == 0
              && candidate.getReturnType() != void.class
              && !Modifier.isStatic(candidate.getModifiers())) {
            MethodHandle getter = getter(candidate);
            if (getter != null) {
              return getter;
            }
            unreadable = unreadable == null ? candidate : unreadable;
          }
        }
      }
    }
    for (Field candidate : type.getFields()) {
      if (candidate.getName().equals(name) && !Modifier.isStatic(candidate.getModifiers())) {
        MethodHandle getter = getter(candidate);
        if (getter != null) {
          return getter;
        }
        unreadable = unreadable == null ? candidate : unreadable;
      }
    }
    throw unreadable == null ? notThere(type) : forbidden(type, unreadable);
  }

  private List<String> methods() {
    String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return List.of(name, "get" + capital, "is" + capital);
  }

  /** Returns the class and all that it extends: one of them may be public where it is not. */
  private static Set<Class<?>> withSupertypes(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    Deque<Class<?>> left = new ArrayDeque<>(List.of(type));
    while (!left.isEmpty()) {
      Class<?> next = left.remove();
      if (found.add(next)) {
        Class<?> superclass = next.getSuperclass();
        if (superclass != null) {
          left.add(superclass);
        }
        left.addAll(List.of(next.getInterfaces()));
      }
    }
    return found;
  }

  /** Returns null where a module does not let us. */
  private static @Nullable MethodHandle getter(Member member) {
    if (!((AccessibleObject) member).trySetAccessible()) {
      return null;
    }
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle getter =
          member instanceof Method method
              ? lookup.unreflect(method)
              : lookup.unreflectGetter((Field) member);
      return getter.asType(GETTER);
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  private IllegalArgumentException notThere(Class<?> type) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s has no property '%s'. Name a record component, a public method without parameters"
                + " (x(), getX() or isX() for x), or a public field.",
            type.getName(),
            name));
  }

  private static IllegalArgumentException forbidden(Class<?> type, Member member) {
    Module module = type.getModule();
    Module ours = Property.class.getModule();
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s.%s cannot be read, since %s does not open package %s to %s. Open it, or make the"
                + " class public and export its package.",
            type.getName(),
            member.getName(),
            module,
            type.getPackageName(),
            ours));
  }
}
