package dev.throttle.clients.rule;

import dev.throttle.annotation.Priority;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which requests pass which buckets, and how.
 *
 * @param label how messages show it
 * @param key what tells the requests of its buckets apart, or null where these have no keys
 * @param maxWait null for ever
 */
record Rule(
    String label,
    BiPredicate<? super String, ? super URI> test,
    List<String> buckets,
    @Nullable Function<? super UriRequest, ? extends @Nullable Object> key,
    @Nullable Duration maxWait,
    int cost,
    Priority priority) {

  boolean matches(String method, URI uri) {
    return test.test(method, uri);
  }

  /**
   * Returns the key of a request.
   *
   * @throws IllegalArgumentException if it has none
   */
  static Object keyOf(Rule rule, UriRequest request) {
    Object key = rule.key == null ? null : rule.key.apply(request);
    if (key == null) {
      throw new IllegalArgumentException(
          rule.label
              + " found no key for its buckets "
              + rule.buckets
              + " in a request. Let keyedBy return one for each request that the rule matches, such"
              + " as a default.");
    }
    return key;
  }
}
