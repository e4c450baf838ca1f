package dev.throttle.core.plan;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.Declared;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out what the calls of a method pass, from its annotations and the configuration. */
final class Resolver {

  /**
   * A method that says what calls pass.
   *
   * @param label how messages show it: {@code PriceApi.quote(String)}
   */
  private record Source(Method method, String label, Declarations declarations, Marks marks) {}

  private final List<Source> sources;

  /** The names of the buckets, which no configuration changes. */
  private final Set<String> names;

  private Resolver(List<Source> sources) {
    this.sources = sources;
    Set<String> distinct = new LinkedHashSet<>();
    for (Source source : sources) {
      source.declarations.all().forEach(annotation -> distinct.add(annotation.value()));
    }
    this.names = Collections.unmodifiableSet(distinct);
  }

  /**
   * @throws IllegalArgumentException if a parameter's annotation is wrong
   */
  static Resolver of(Method method, Declarations declarations) {
    String label = label(method);
    Marks marks = Marks.of(method, declarations, label);
    return new Resolver(List.of(new Source(method, label, declarations, marks)));
  }

  /** Returns one for calls that pass what all of these say, each bucket once. */
  static Resolver together(List<Resolver> all) {
    return new Resolver(all.stream().flatMap(of -> of.sources.stream()).toList());
  }

  Set<String> names() {
    return names;
  }

  Stream<Method> methods() {
    return sources.stream().map(Source::method);
  }

  String label() {
    return sources.get(0).label;
  }

  /**
   * Defines the buckets that the method defines, and returns what its calls pass.
   *
   * @throws IllegalArgumentException if the annotations are wrong, with the method and the fix
   */
  Passage resolve(Buckets buckets) {
    Map<String, Passage.Part> parts = new LinkedHashMap<>();
    Duration maxWait = null;
    Priority priority = Priority.NORMAL;
    Argument fairKey = null;
    for (Source source : sources) {
      for (Throttle annotation : source.declarations.all()) {
        try {
          Declared declared = Declared.of(annotation, buckets.configuration());
          define(declared, source, buckets);
          parts.merge(declared.name(), part(declared, source.marks), Passage.Part::with);
          Duration wait = declared.maxWait();
          if (wait != null && (maxWait == null || wait.compareTo(maxWait) < 0)) {
            maxWait = wait;
          }
          if (declared.priority() != Priority.NORMAL) {
            priority = declared.priority();
          }
          Argument fair = fairKey(annotation, declared, source);
          fairKey = fair == null ? fairKey : fair;
        } catch (IllegalArgumentException e) {
          throw wrong(annotation, source, e);
        }
      }
    }
    return new Passage(
        buckets,
        List.copyOf(parts.values()),
        new Passage.Terms(label(), maxWait, priority, fairKey));
  }

  private static Passage.Part part(Declared declared, Marks marks) {
    String name = declared.name();
    return new Passage.Part(name, marks.keysOf(name), declared.cost(), marks.costOf(name));
  }

  private static void define(Declared declared, Source source, Buckets buckets) {
    String name = declared.name();
    List<Argument> keys = source.marks.keysOf(name);
    ClassLoader loader = source.method.getDeclaringClass().getClassLoader();
    try {
      if (keys.isEmpty()) {
        defineForAll(declared, loader, buckets);
      } else {
        definePerKey(declared, loader, buckets);
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

  private static void defineForAll(
      Declared declared, @Nullable ClassLoader loader, Buckets buckets) {
    if (declared.isDefinition()) {
      buckets.define(declared.name(), declared.limits(), declared.maxQueue());
    } else if (loader == null) {
      buckets.bucket(declared.name());
    } else {
      buckets.bucket(declared.name(), loader);
    }
  }

  private static void definePerKey(
      Declared declared, @Nullable ClassLoader loader, Buckets buckets) {
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
  private static @Nullable Argument fairKey(Throttle annotation, Declared declared, Source source) {
    String name = declared.fairBy();
    Argument key = name == null ? null : source.marks.keyNamed(name);
    if (key == null
        && !annotation.fairBy().isEmpty()
        && annotation.fairBy().equals(name)
        && Arrays.asList(source.method.getAnnotationsByType(Throttle.class)).contains(annotation)) {
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

  private static IllegalArgumentException wrong(
      Throttle annotation, Source source, IllegalArgumentException e) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "@Throttle(\"%s\") on %s: %s",
            annotation.value(),
            source.label,
            e.getMessage()),
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
