package dev.throttle.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Which limits a request meets, with which key, and what it costs. */
final class Rules {

  /** Of requests without a key, and of all requests where a limit asks for none. */
  private static final String NO_KEY = "";

  private final List<Post> posts;
  private final Function<ProviderRequest, Optional<String>> cost;

  Rules(List<Rule> rules, Function<ProviderRequest, Optional<String>> cost) {
    this.posts = posts(rules);
    this.cost = cost;
  }

  /** A limit, the paths that it is for, and what each of its counters is for. */
  record Rule(
      PathPrefix prefix, ProviderLimit limit, Function<ProviderRequest, Optional<String>> key) {}

  /** What a call costs, and the limits that it meets. */
  record Charge(int cost, List<Named> limits) {

    List<Gate> gates() {
      return limits.stream().map(Named::gate).toList();
    }
  }

  /** A limit, as far as it is that of one key, and its name in answers. */
  record Named(String name, Gate gate) {}

  private record Post(String name, Rule rule, Map<String, Gate> gateByKey) {

    Named of(String key) {
      return new Named(name, gateByKey.computeIfAbsent(key, unseen -> new Gate(rule.limit())));
    }
  }

  private static List<Post> posts(List<Rule> rules) {
    Map<PathPrefix, Integer> seen = new HashMap<>();
    List<Post> posts = new ArrayList<>();
    for (Rule rule : rules) {
      int nth = seen.merge(rule.prefix(), 1, Integer::sum);
      String name = rule.prefix().text() + (nth == 1 ? "" : "#" + nth);
      posts.add(new Post(name, rule, new ConcurrentHashMap<>()));
    }
    return posts;
  }

  /**
   * Returns what a request has to pay. Asks the functions of the test, several threads at a time.
   *
   * @throws RuntimeException what they throw, or if the cost is none
   */
  Charge chargeOf(ProviderRequest request) {
    int costs = cost.apply(request).map(Rules::parsedCost).orElse(1);
    return charge(
        request.path(), costs, post -> post.of(post.rule().key().apply(request).orElse(NO_KEY)));
  }

  /** Returns what a call without key and cost has to pay. */
  Charge chargeOf(String path) {
    return charge(path, 1, post -> post.of(NO_KEY));
  }

  private Charge charge(String path, int costs, Function<Post, Named> limit) {
    return new Charge(
        costs,
        posts.stream().filter(post -> post.rule().prefix().covers(path)).map(limit).toList());
  }

  private static int parsedCost(String text) {
    int costs;
    try {
      costs = Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      costs = 0;
    }
    if (costs < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "cost must be a whole number of at least 1, but was '%s'.", text));
    }
    return costs;
  }
}
