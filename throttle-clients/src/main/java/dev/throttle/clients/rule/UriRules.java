package dev.throttle.clients.rule;

import dev.throttle.annotation.Priority;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Throttle;
import dev.throttle.core.UriPattern;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rules that say by method and URI which buckets a request passes: for code that has no annotated
 * methods.
 *
 * <pre>{@code
 * UriRules rules =
 *     UriRules.of(buckets)
 *         .when("api.foo.com/**")
 *         .pass("api.foo.com")
 *         .when("GET", "api.foo.com/users/**")
 *         .pass("api.foo.com/users");
 * }</pre>
 *
 * <p>All rules that match a request apply to it, the first declared as the outermost; a bucket that
 * several of them name counts once. A request that no rule matches passes nothing. {@link
 * UriPattern} says what a pattern matches.
 *
 * <p>Immutable and safe for use by many threads. A request costs its comparison with each rule;
 * what requests pass that the same rules match is made once.
 */
public final class UriRules {

  private final Buckets buckets;
  private final List<Rule> rules;
  private final Matched none;

  private UriRules(Buckets buckets, List<Rule> rules) {
    this.buckets = buckets;
    this.rules = rules;
    this.none = Matched.none(buckets, rules);
  }

  /** Returns no rules, to which {@link #when(String) when} adds some. */
  public static UriRules of(Buckets buckets) {
    return new UriRules(Objects.requireNonNull(buckets, "buckets must not be null."), List.of());
  }

  /**
   * Returns the rules that the {@linkplain Buckets#configuration() configuration} has: one for each
   * bucket with the element {@code uri}, in the order of their names. More can be added in code.
   *
   * @throws IllegalArgumentException if a bucket is defined nowhere, or has keys: configuration
   *     cannot say where to find them
   */
  public static UriRules configured(Buckets buckets) {
    UriRules all = of(buckets);
    Configuration configuration = buckets.configuration();
    for (String name : configuration.bucketNames()) {
      List<UriPattern> patterns = configuration.uris(name);
      if (!patterns.isEmpty()) {
        all = all.whenConfigured(name, patterns);
      }
    }
    return all;
  }

  private UriRules whenConfigured(String name, List<UriPattern> patterns) {
    Configuration.Setting setting = buckets.configuration().settings(name).get("uri");
    try {
      return new Condition(
              "rule " + setting,
              (method, uri) -> patterns.stream().anyMatch(pattern -> pattern.matches(method, uri)))
          .pass(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins a rule for requests that a pattern matches, such as {@code api.foo.com/users/**} or
   * {@code GET api.foo.com/users/**}.
   *
   * @throws IllegalArgumentException if it is no pattern
   */
  public Condition when(String pattern) {
    return when(UriPattern.of(pattern));
  }

  /**
   * Begins a rule for requests of one method that a pattern matches.
   *
   * @param method in capitals
   * @throws IllegalArgumentException if they are no method and no pattern
   */
  public Condition when(String method, String pattern) {
    return when(UriPattern.of(method, pattern));
  }

  private Condition when(UriPattern pattern) {
    return new Condition("rule '" + pattern + "'", pattern::matches);
  }

  /**
   * Begins a rule for requests that a predicate picks by their method and URI.
   *
   * @param test asked for each request, so to be quick; safe for use by many threads
   */
  public Condition when(BiPredicate<? super String, ? super URI> test) {
    return new Condition(
        "rule " + (rules.size() + 1) + " (a predicate)",
        Objects.requireNonNull(test, "predicate must not be null."));
  }

  /** Returns whether there is no rule, so that every request passes nothing. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * Returns what a request has to pass, or null if no rule matches it. Cheap: to be asked for each
   * attempt to send it.
   *
   * @throws IllegalArgumentException if a rule finds no key
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  public @Nullable Throttle due(UriRequest request) {
    return due(request, names -> Set.of());
  }

  /**
   * Returns what a request has still to pass like {@link #due(UriRequest)}: for client hooks, where
   * somebody farther out may have paid.
   *
   * @param paid is told the names of the buckets that the request passes, if there are any, and
   *     returns those that were paid for; keys are not compared, since both see the same request
   */
  public @Nullable Throttle due(UriRequest request, UnaryOperator<Set<String>> paid) {
    String method = request.method();
    URI uri = request.uri();
    Matched matched = none;
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).matches(method, uri)) {
        matched = matched.with(i);
      }
    }
    return matched == none ? null : matched.due(request, paid.apply(matched.names()));
  }

  /** Returns the rules as messages show them. */
  @Override
  public String toString() {
    return rules.stream().map(rule -> rule.label() + " -> " + rule.buckets()).toList().toString();
  }

  private UriRules with(Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(rule);
    return new UriRules(buckets, List.copyOf(more));
  }

  /**
   * A rule up to its buckets, which {@link #pass} names. Immutable: each method returns another.
   *
   * <p>What it says of calls is for them all where several rules match: the shortest {@code
   * maxWait}, the greatest {@code cost} of a bucket, the innermost priority. The configuration of a
   * bucket goes before it.
   */
  public final class Condition {

    private final String label;
    private final BiPredicate<? super String, ? super URI> test;
    private final @Nullable Function<? super UriRequest, ? extends @Nullable Object> key;
    private final @Nullable Duration maxWait;
    private final int cost;
    private final Priority priority;

    private Condition(String label, BiPredicate<? super String, ? super URI> test) {
      this(label, test, null, null, 1, Priority.NORMAL);
    }

    private Condition(
        String label,
        BiPredicate<? super String, ? super URI> test,
        @Nullable Function<? super UriRequest, ? extends @Nullable Object> key,
        @Nullable Duration maxWait,
        int cost,
        Priority priority) {
      this.label = label;
      this.test = test;
      this.key = key;
      this.maxWait = maxWait;
      this.cost = cost;
      this.priority = priority;
    }

    /**
     * Returns this rule for buckets that are one for each key, such as the value of a header or a
     * segment of the path: {@code keyedBy(request -> request.header("X-Shop"))}.
     *
     * @param key finds the key of a request, told apart by {@code equals}, not null; quick, and
     *     safe for use by many threads
     */
    public Condition keyedBy(Function<? super UriRequest, ? extends @Nullable Object> key) {
      Objects.requireNonNull(key, "key function must not be null.");
      return new Condition(label, test, key, maxWait, cost, priority);
    }

    /** Returns this rule with a bound on waiting; see {@link Throttle#withMaxWait}. */
    public Condition maxWait(Duration maxWait) {
      if (Objects.requireNonNull(maxWait, "maxWait must not be null.").isNegative()) {
        throw new IllegalArgumentException(
            "maxWait must be at least PT0S, but was "
                + maxWait
                + ". To wait for ever, leave it out.");
      }
      return new Condition(label, test, key, maxWait, cost, priority);
    }

    /**
     * Returns this rule for requests that take several permits of each of its buckets.
     *
     * @param cost at least 1
     */
    public Condition cost(int cost) {
      if (cost < 1) {
        throw new IllegalArgumentException("cost must be at least 1, but was " + cost + ".");
      }
      return new Condition(label, test, key, maxWait, cost, priority);
    }

    /** Returns this rule for requests that go before others, or let them go first. */
    public Condition priority(Priority priority) {
      Objects.requireNonNull(priority, "priority must not be null.");
      return new Condition(label, test, key, maxWait, cost, priority);
    }

    /**
     * Returns the rules with this one: its requests pass these buckets, in this order.
     *
     * @param names of buckets that code, the configuration or an annotation defines; with {@link
     *     #keyedBy} all of them have keys, without it none has
     * @throws IllegalArgumentException if there is none, or one that is not so
     */
    public UriRules pass(String... names) {
      if (Objects.requireNonNull(names, "bucket names must not be null.").length == 0) {
        throw new IllegalArgumentException(
            label + " passes no bucket. Name one, or leave the rule out.");
      }
      List<String> distinct = List.copyOf(new LinkedHashSet<>(List.of(names)));
      for (String name : distinct) {
        if (key == null) {
          buckets.throttle(List.of(buckets.bucket(name, annotations()))).calledBy(label);
        } else {
          buckets.keyed(name, annotations());
          buckets.keyedThrottle(name).calledBy(label);
        }
      }
      return with(new Rule(label, test, distinct, key, maxWait, cost, priority));
    }

    /** Those whose index the library sees: a bucket may be defined by an annotation alone. */
    private static ClassLoader annotations() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context == null ? ClassLoader.getSystemClassLoader() : context;
    }
  }
}
