package dev.throttle.core.plan;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.Declared;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what the calls of a method pass, from its annotations and the configuration. */
final class Resolver {

  private final Method method;
  private final Declarations declarations;
  private final Marks marks;

  /** The names of the buckets, which no configuration changes. */
  private final Set<String> names;

  /** How messages show the method: {@code PriceApi.quote(String)}. */
  private final String label;

  /**
   * @throws IllegalArgumentException if a parameter's annotation is wrong
   */
  Resolver(Method method, Declarations declarations) {
    this.method = method;
    this.declarations = declarations;
    this.label = label(method);
    Set<String> distinct = new LinkedHashSet<>();
    declarations.all().forEach(annotation -> distinct.add(annotation.value()));
    this.names = Collections.unmodifiableSet(distinct);
    this.marks = Marks.of(method, declarations, label);
  }

  Set<String> names() {
    return names;
  }

  String label() {
    return label;
  }

  /**
   * Defines the buckets that the method defines, and returns what its calls pass.
   *
   * @throws IllegalArgumentException if the annotations are wrong, with the method and the fix
   */
  Passage resolve(Buckets buckets) {
    Map<String, Integer> costs = new LinkedHashMap<>();
    Duration maxWait = null;
    Priority priority = Priority.NORMAL;
    Argument fairKey = null;
    for (Throttle annotation : declarations.all()) {
      try {
        Declared declared = Declared.of(annotation, buckets.configuration());
        define(declared, buckets);
        costs.merge(declared.name(), declared.cost(), Math::max);
        Duration wait = declared.maxWait();
        if (wait != null && (maxWait == null || wait.compareTo(maxWait) < 0)) {
          maxWait = wait;
        }
        if (declared.priority() != Priority.NORMAL) {
          priority = declared.priority();
        }
        Argument fair = fairKey(annotation, declared);
        fairKey = fair == null ? fairKey : fair;
      } catch (IllegalArgumentException e) {
        throw wrong(annotation, e);
      }
    }
    List<Passage.Part> parts = new ArrayList<>();
    costs.forEach(
        (name, cost) ->
            parts.add(new Passage.Part(name, marks.keysOf(name), cost, marks.costOf(name))));
    return new Passage(buckets, parts, new Passage.Terms(label, maxWait, priority, fairKey));
  }

  private void define(Declared declared, Buckets buckets) {
    String name = declared.name();
    List<Argument> keys = marks.keysOf(name);
    try {
      if (keys.isEmpty()) {
        defineForAll(declared, buckets);
      } else {
        definePerKey(declared, buckets);
      }
    } catch (IllegalArgumentException e) {
      boolean perKeyElsewhere = buckets.isDefined(name) && buckets.find(name) == null;
      if (buckets.isDefined(name) && perKeyElsewhere == keys.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "bucket '%s' is %s, but %s elsewhere. Give each method that passes it a"
                    + " @ThrottleKey, or none, or take another name here.",
                name,
                keys.isEmpty()
                    ? "one for all calls here, since no @ThrottleKey of this method is for it"
                    : "one per key here, since " + keys.get(0) + " is for it",
                keys.isEmpty() ? "one per key" : "one for all calls"),
            e);
      }
      throw e;
    }
  }

  private void defineForAll(Declared declared, Buckets buckets) {
    ClassLoader loader = method.getDeclaringClass().getClassLoader();
    if (declared.isDefinition()) {
      buckets.define(declared.name(), declared.limits(), declared.maxQueue());
    } else if (loader == null) {
      buckets.bucket(declared.name());
    } else {
      buckets.bucket(declared.name(), loader);
    }
  }

  private void definePerKey(Declared declared, Buckets buckets) {
    ClassLoader loader = method.getDeclaringClass().getClassLoader();
    if (declared.isDefinition()) {
      buckets.defineKeyed(
          declared.name(),
          declared.limits(),
          key -> declared.limits(),
          declared.maxKeys(),
          declared.maxQueue());
    } else if (loader == null) {
      buckets.keyed(declared.name());
    } else {
      buckets.keyed(declared.name(), loader);
    }
  }

  /**
   * Returns the key that a declaration names, or null. One that is shared need not fit each method:
   * calls of one without the key are one flow.
   */
  private @Nullable Argument fairKey(Throttle annotation, Declared declared) {
    String name = declared.fairBy();
    Argument key = name == null ? null : marks.keyNamed(name);
    if (key == null
        && !annotation.fairBy().isEmpty()
        && annotation.fairBy().equals(name)
        && Arrays.asList(method.getAnnotationsByType(Throttle.class)).contains(annotation)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no parameter of the method is a key of the name '%s', which fairBy asks for. Name a"
                  + " key, such as @ThrottleKey(name = \"%s\") on the parameter.",
              name,
              name));
    }
    return key;
  }

  private IllegalArgumentException wrong(Throttle annotation, IllegalArgumentException e) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT, "@Throttle(\"%s\") on %s: %s", annotation.value(), label, e.getMessage()),
        e);
  }

  private static String label(Method method) {
    StringBuilder label = new StringBuilder(method.getDeclaringClass().getSimpleName());
    label.append('.').append(method.getName()).append('(');
    String separator = "";
    for (Class<?> parameter : method.getParameterTypes()) {
      label.append(separator).append(parameter.getSimpleName());
      separator = ", ";
    }
    return label.append(')').toString();
  }
}
