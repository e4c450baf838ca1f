package dev.throttle.clients.rule;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Buckets;
import dev.throttle.core.Declared;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request passes that several rules match; one throttle, or one for each key. */
interface Way {

  /**
   * Returns it.
   *
   * @throws IllegalArgumentException if the request has no key
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  Throttle of(UriRequest request);

  /**
   * Returns the way through the buckets of these rules but for those that are passed already; null
   * if none is left.
   */
  static @Nullable Way through(Buckets buckets, List<Rule> rules, Set<String> passed) {
    Map<String, Rule> first = new LinkedHashMap<>();
    Map<String, Integer> costs = new LinkedHashMap<>();
    Duration maxWait = null;
    Priority priority = Priority.NORMAL;
    for (Rule rule : rules) {
      for (String bucket : rule.buckets()) {
        if (passed.contains(bucket)) {
          continue;
        }
        Declared calls =
            Declared.ofCalls(
                bucket, rule.maxWait(), rule.cost(), rule.priority(), buckets.configuration());
        first.putIfAbsent(bucket, rule);
        costs.merge(bucket, calls.cost(), Math::max);
        Duration wait = calls.maxWait();
        if (wait != null && (maxWait == null || wait.compareTo(maxWait) < 0)) {
          maxWait = wait;
        }
        priority = calls.priority() == Priority.NORMAL ? priority : calls.priority();
      }
    }
    if (first.isEmpty()) {
      return null;
    }
    String[] names = first.keySet().toArray(new String[0]);
    List<Rule> keyed = first.values().stream().filter(rule -> rule.key() != null).toList();
    return keyed.isEmpty()
        ? plain(buckets.throttle(names), costs, maxWait, priority)
        : keyed(buckets.keyedThrottle(names), costs, maxWait, priority, keyed);
  }

  private static Way plain(
      Throttle throttle,
      Map<String, Integer> costs,
      @Nullable Duration maxWait,
      Priority priority) {
    Throttle made = throttle.withPriority(priority);
    made = maxWait == null ? made : made.withMaxWait(maxWait);
    for (Map.Entry<String, Integer> cost : costs.entrySet()) {
      made = made.withCost(cost.getKey(), cost.getValue());
    }
    Throttle passed = made;
    return request -> passed;
  }

  /**
   * @param rules those that find the keys, one for each bucket that has keys
   */
  private static Way keyed(
      KeyedThrottle throttle,
      Map<String, Integer> costs,
      @Nullable Duration maxWait,
      Priority priority,
      List<Rule> rules) {
    KeyedThrottle made = throttle.withPriority(priority);
    made = maxWait == null ? made : made.withMaxWait(maxWait);
    for (Map.Entry<String, Integer> cost : costs.entrySet()) {
      made = made.withCost(cost.getKey(), cost.getValue());
    }
    KeyedThrottle passed = made;
    Rule only = rules.get(0);
    if (rules.stream().allMatch(only::equals)) {
      return request -> passed.of(Rule.keyOf(only, request));
    }
    return request -> {
      List<Object> keys = new ArrayList<>(rules.size());
      rules.forEach(rule -> keys.add(Rule.keyOf(rule, request)));
      return passed.ofEach(keys);
    };
  }
}
