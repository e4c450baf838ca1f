package dev.throttle.core.plan;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

  /** What all calls pass but for cost and fair key, where no bucket has keys; otherwise null. */
  private final @Nullable Throttle throttle;

  private final @Nullable KeyedThrottle keyedThrottle;
  private final List<Part> keyed;
  private final List<Part> priced;

  Passage(Buckets buckets, List<Part> parts, Terms terms) {
    this.buckets = buckets;
    this.parts = List.copyOf(parts);
    this.terms = terms;
    this.keyed = parts.stream().filter(part -> !part.keys().isEmpty()).toList();
    this.priced = parts.stream().filter(part -> part.costOfCall() != null).toList();
    String[] names = parts.stream().map(Part::bucket).toArray(String[]::new);
    this.throttle = keyed.isEmpty() ? throttle(buckets.throttle(names)) : null;
    this.keyedThrottle = keyed.isEmpty() ? null : keyedThrottle(buckets.keyedThrottle(names));
  }

  private Throttle throttle(Throttle plain) {
    Throttle made = plain.withPriority(terms.priority());
    made = terms.maxWait() == null ? made : made.withMaxWait(terms.maxWait());
    for (Part part : parts) {
      made = made.withCost(part.bucket(), part.cost());
    }
    return made.calledBy(terms.caller());
  }

  private KeyedThrottle keyedThrottle(KeyedThrottle plain) {
    KeyedThrottle made = plain.withPriority(terms.priority());
    made = terms.maxWait() == null ? made : made.withMaxWait(terms.maxWait());
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
    Throttle due = keyedThrottle == null ? throttle : keyedThrottle.ofEach(keys(arguments));
    for (Part part : priced) {
      due = due.withCost(part.bucket(), part.costOfCall().cost(arguments));
    }
    return terms.fairKey() == null ? due : due.withFairKey(terms.fairKey().key(arguments));
  }

  private List<Object> keys(@Nullable Object[] arguments) {
    List<Object> values = new ArrayList<>(keyed.size());
    for (Part part : keyed) {
      values.add(
          part.keys().size() == 1
              ? part.keys().get(0).key(arguments)
              : part.keys().stream().map(key -> key.key(arguments)).toList());
    }
    return values;
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
    return String.valueOf(throttle == null ? keyedThrottle : throttle);
  }
}
