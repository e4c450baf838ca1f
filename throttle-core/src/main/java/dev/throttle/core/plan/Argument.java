package dev.throttle.core.plan;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a call says by one of its arguments: a key, or a cost. The value of a key is in no message,
 * as it may be a secret.
 */
final class Argument {

  private final int index;
  private final List<String> names;
  private final List<Property> path;

  /** What it is, for messages: {@code @ThrottleKey("tenant.id") on parameter 1 of A.b(C)}. */
  private final String label;

  /**
   * @param annotation the name of the annotation on the parameter
   * @param path of properties, or empty for the argument itself
   * @param index of the parameter, from 0
   * @throws IllegalArgumentException if the path is none
   */
  Argument(String annotation, String path, int index, String method) {
    this.index = index;
    this.label =
        String.format(
            Locale.ROOT,
            "@%s%s on parameter %d of %s",
            annotation,
            path.isEmpty() ? "" : "(\"" + path + "\")",
            index + 1,
            method);
    this.names = path.isEmpty() ? List.of() : List.of(path.split("\\.", -1));
    if (names.stream().anyMatch(String::isBlank)) {
      throw wrong("a path is made of names with a dot between them, such as tenant.id.");
    }
    this.path = names.stream().map(Property::new).toList();
  }

  /**
   * Returns the key that a call has by it.
   *
   * @throws IllegalArgumentException if there is none
   */
  Object key(@Nullable Object[] arguments) {
    Object key = read(arguments);
    if (key.getClass().isArray()) {
      throw wrong(
          "keys are told apart by equals, and arrays have none. Take something that has equals and"
              + " hashCode, such as a String, a number or a List.");
    }
    return key;
  }

  /**
   * Returns the cost that a call has by it.
   *
   * @throws IllegalArgumentException if it is no number of permits
   */
  int cost(@Nullable Object[] arguments) {
    Object value = read(arguments);
    if (!(value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte)) {
      throw wrong(
          "a cost is an int, long, short, byte or one of their boxes, and not "
              + value.getClass().getName()
              + ".");
    }
    long cost = ((Number) value).longValue();
    if (cost < 1 || cost > Integer.MAX_VALUE) {
      throw wrong("a cost must be from 1 to " + Integer.MAX_VALUE + ", but was " + cost + ".");
    }
    return (int) cost;
  }

  private Object read(@Nullable Object[] arguments) {
    Object value = arguments[index];
    for (int i = 0; i < path.size() && value != null; i++) {
      value = step(path.get(i), value);
      if (value == null) {
        throw wrong(String.join(".", names.subList(0, i + 1)) + " must not be null, but was.");
      }
    }
    if (value == null) {
      throw wrong("the argument must not be null, but was.");
    }
    return value;
  }

  private @Nullable Object step(Property property, Object from) {
    MethodHandle getter;
    try {
      getter = property.getter(from.getClass());
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
    try {
      return (Object) getter.invokeExact(from);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw wrong("it could not be read.", e);
    }
  }

  private IllegalArgumentException wrong(@Nullable String what) {
    return wrong(what, null);
  }

  private IllegalArgumentException wrong(@Nullable String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(label + ": " + what, cause);
  }

  @Override
  public String toString() {
    return label;
  }
}
