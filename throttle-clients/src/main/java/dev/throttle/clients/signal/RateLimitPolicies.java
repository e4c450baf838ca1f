package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.greenbytes.http.sfv.ListElement;
import org.jspecify.annotations.Nullable;

/**
 * {@code RateLimit-Policy}: the limits of which {@code RateLimit} says what is left. In the <a
 * href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-11.html">newest
 * draft</a> {@code "default";q=100;w=60}, where 100 may count something else than requests; until
 * <a href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-07.html">draft
 * 7</a> {@code 100;w=60}, known by its permits.
 *
 * <p>The partition key is left alone: it tells limits of other partitions apart, and an answer is
 * about that of its own call. An answer without understandable policies is one without policies.
 */
final class RateLimitPolicies {

  private record Policy(long permits, @Nullable Duration period, boolean ofRequests) {}

  /** By a string, or by a long in old drafts. */
  private final Map<Object, Policy> byName = new HashMap<>();

  static RateLimitPolicies of(Answer answer) {
    RateLimitPolicies policies = new RateLimitPolicies();
    try {
      String field = answer.list("RateLimit-Policy");
      if (field != null) {
        policies.add(StructuredField.list(field));
      }
    } catch (MalformedFieldException e) {
      answer.leaveOut(e);
    }
    return policies;
  }

  /** Adds policies, all or none; of those with one name the first that tells its period counts. */
  void add(List<ListElement<?>> elements) throws MalformedFieldException {
    Map<Object, Policy> added = new HashMap<>();
    for (ListElement<?> element : elements) {
      added.merge(element.get(), policy(element), RateLimitPolicies::better);
    }
    added.forEach((name, policy) -> byName.merge(name, policy, RateLimitPolicies::better));
  }

  private static Policy better(Policy first, Policy second) {
    return first.period == null ? second : first;
  }

  private static Policy policy(ListElement<?> element) throws MalformedFieldException {
    Duration period = StructuredField.seconds(element, "w");
    if (period != null && period.isZero()) {
      throw new MalformedFieldException(element.serialize(), "has no window");
    }
    if (element.get() instanceof Long) {
      return new Policy(StructuredField.count(element), period, true);
    }
    Long permits = StructuredField.parameter(element, "q");
    if (permits == null || !(element.get() instanceof String)) {
      throw new MalformedFieldException(element.serialize(), "is no policy");
    }
    ListElement<?> unit = element.getParams().get("qu");
    return new Policy(permits, period, unit == null || unit.get().equals("requests"));
  }

  /** Returns a quota with what its policy says; null if that does not count requests. */
  @Nullable Quota complete(Object name, Quota quota) {
    Policy policy = byName.get(name);
    if (policy == null) {
      return quota;
    }
    if (!policy.ofRequests) {
      return null;
    }
    Quota completed = LimitFields.of(quota, policy.permits);
    return policy.period == null ? completed : completed.per(policy.period);
  }
}
