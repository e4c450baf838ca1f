package dev.throttle.core.plan;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Throttle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What calls have to pass: one throttle for all of them, or for each the one that its arguments
 * say. Immutable.
 */
final class Passage {

  /**
   * One of the buckets that are passed.
   *
   * @param keys what the calls are told apart by; none if the bucket is one for all
   * @param cost how many permits a call takes, unless its arguments say
   * @param costOfCall what says how many permits a call takes, or null
   */
  record Part(String bucket, List<Argument> keys, int cost, @Nullable Argument costOfCall) {

    Part(String bucket, List<Argument> keys, int cost, @Nullable Argument costOfCall) {
      this.bucket = bucket;
      this.keys = List.copyOf(keys);
      this.cost = cost;
      this.costOfCall = costOfCall;
    }

    /** Returns this one with what else is said of calls of the same bucket. */
    Part with(Part other) {
      return new Part(
          bucket,
          keys.isEmpty() ? other.keys : keys,
          Math.max(cost, other.cost),
          costOfCall == null ? other.costOfCall : costOfCall);
    }
  }

  /**
   * What holds for calls through all of the buckets.
   *
   * @param caller who they are, for warnings
   * @param maxWait null for ever
   * @param fairKey the key between whose values they take turns, or null
   */
  record Terms(
      String caller, @Nullable Duration maxWait, Priority priority, @Nullable Argument fairKey) {}

  private final Buckets buckets;
  private final List<Part> parts;
  private final Terms terms;

  /** What calls pass but for what their arguments say of cost and fair key. */
  private final Function<@Nullable Object[], Throttle> throttle;

  private final List<Part> keyed;
  private final Map<String, Argument> costs = new LinkedHashMap<>();

  Passage(Buckets buckets, List<Part> parts, Terms terms) {
    this.buckets = buckets;
    this.parts = List.copyOf(parts);
    this.terms = terms;
    this.keyed = parts.stream().filter(part -> !part.keys().isEmpty()).toList();
    for (Part part : parts) {
      Argument cost = part.costOfCall();
      if (cost != null) {
        costs.put(part.bucket(), cost);
      }
    }
    String[] names = parts.stream().map(Part::bucket).toArray(String[]::new);
    if (keyed.isEmpty()) {
      Throttle ofAll = throttle(buckets.throttle(names));
      this.throttle = arguments -> ofAll;
    } else {
      KeyedThrottle ofKeys = keyedThrottle(buckets.keyedThrottle(names));
      Part only = keyed.size() == 1 ? keyed.get(0) : null;
      this.throttle =
          only == null
              ? arguments ->
                  ofKeys.ofEach(keyed.stream().map(part -> key(part, arguments)).toList())
              : arguments -> ofKeys.of(key(only, arguments));
    }
  }

  private Throttle throttle(Throttle plain) {
    Throttle made = plain.withPriority(terms.priority());
    Duration maxWait = terms.maxWait();
    made = maxWait == null ? made : made.withMaxWait(maxWait);
    for (Part part : parts) {
      made = made.withCost(part.bucket(), part.cost());
    }
    return made.calledBy(terms.caller());
  }

  private KeyedThrottle keyedThrottle(KeyedThrottle plain) {
    KeyedThrottle made = plain.withPriority(terms.priority());
    Duration maxWait = terms.maxWait();
    made = maxWait == null ? made : made.withMaxWait(maxWait);
    for (Part part : parts) {
      made = made.withCost(part.bucket(), part.cost());
    }
    return made.calledBy(terms.caller());
  }

  boolean isOf(Buckets all) {
    return buckets == all;
  }

  /**
   * Returns what a call with these arguments passes.
   *
   * @throws IllegalArgumentException if one is no key or cost, with the method and the parameter
   * @throws dev.throttle.core.ThrottledException if there are as many keys as there may be
   */
  Throttle of(@Nullable Object[] arguments) {
    Throttle due = throttle.apply(arguments);
    for (Map.Entry<String, Argument> cost : costs.entrySet()) {
      due = due.withCost(cost.getKey(), cost.getValue().cost(arguments));
    }
    Argument fairKey = terms.fairKey();
    return fairKey == null ? due : due.withFairKey(fairKey.key(arguments));
  }

  private static Object key(Part part, @Nullable Object[] arguments) {
    List<Argument> keys = part.keys();
    return keys.size() == 1
        ? keys.get(0).key(arguments)
        : keys.stream().map(key -> key.key(arguments)).toList();
  }

  /** Returns what is left to pass where some buckets are passed already; null if nothing is. */
  @Nullable Passage without(Set<String> passed) {
    List<Part> left = parts.stream().filter(part -> !passed.contains(part.bucket())).toList();
    if (left.isEmpty()) {
      return null;
    }
    return left.size() == parts.size() ? this : new Passage(buckets, left, terms);
  }

  @Override
  public String toString() {
    return parts.stream().map(Part::bucket).collect(Collectors.joining(" + "));
  }
}
