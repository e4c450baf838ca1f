package dev.throttle.core.plan;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the parameters of a method are for: keys and costs, and of which buckets. Those of the
 * methods that it overrides or implements do not count.
 */
final class Marks {

  /** The keys of each bucket that has any, in the order of the parameters. */
  private final Map<String, List<Argument>> keys = new LinkedHashMap<>();

  private final Map<String, Argument> costs = new LinkedHashMap<>();
  private final Map<String, Argument> named = new LinkedHashMap<>();
  private final Declarations declarations;

  private Marks(Declarations declarations) {
    this.declarations = declarations;
  }

  /** Returns whether a method has any. */
  static boolean areOn(Method method) {
    return Arrays.stream(method.getParameters())
        .anyMatch(
            parameter ->
                parameter.isAnnotationPresent(ThrottleKey.class)
                    || parameter.isAnnotationPresent(ThrottleCost.class));
  }

  /**
   * Returns those of a method.
   *
   * @throws IllegalArgumentException if one is wrong, with the method and the fix
   */
  static Marks of(Method method, Declarations declarations, String label) {
    Marks marks = new Marks(declarations);
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      ThrottleKey key = parameters[i].getAnnotation(ThrottleKey.class);
      if (key != null) {
        marks.add(key, new Argument("ThrottleKey", key.value(), i, label));
      }
      ThrottleCost cost = parameters[i].getAnnotation(ThrottleCost.class);
      if (cost != null) {
        marks.add(cost, new Argument("ThrottleCost", cost.value(), i, label));
      }
    }
    return marks;
  }

  private void add(ThrottleKey key, Argument argument) {
    for (String bucket : buckets(key.buckets(), own -> own.fairBy().isEmpty(), argument)) {
      keys.computeIfAbsent(bucket, added -> new ArrayList<>()).add(argument);
    }
    if (!key.name().isEmpty() && named.put(key.name(), argument) != null) {
      throw new IllegalArgumentException(
          argument
              + ": another key of this method has the name '"
              + key.name()
              + "' too. Give each key a name of its own.");
    }
  }

  private void add(ThrottleCost cost, Argument argument) {
    for (String bucket : buckets(cost.buckets(), own -> true, argument)) {
      if (costs.put(bucket, argument) != null) {
        throw new IllegalArgumentException(
            argument
                + ": another parameter is the cost of bucket '"
                + bucket
                + "' already. Say by buckets which cost is whose, or remove one.");
      }
    }
  }

  private Set<String> buckets(String[] given, Predicate<Throttle> leftOut, Argument argument) {
    if (given.length == 0) {
      return declarations.own().stream()
          .filter(leftOut)
          .map(Throttle::value)
          .collect(Collectors.toSet());
    }
    Set<String> passed =
        declarations.all().stream().map(Throttle::value).collect(Collectors.toSet());
    for (String bucket : given) {
      if (!passed.contains(bucket)) {
        throw new IllegalArgumentException(
            argument
                + ": the method does not pass a bucket '"
                + bucket
                + "'. Name one that it passes, or leave buckets out for all that the method itself"
                + " declares.");
      }
    }
    return Set.of(given);
  }

  /** Returns the keys of a bucket, none where it is one for all calls. */
  List<Argument> keysOf(String bucket) {
    return keys.getOrDefault(bucket, List.of());
  }

  /** Returns what says how many permits of a bucket a call takes, or null. */
  @Nullable Argument costOf(String bucket) {
    return costs.get(bucket);
  }

  /** Returns the key of this name, or null. */
  @Nullable Argument keyNamed(String name) {
    return named.get(name);
  }
}
