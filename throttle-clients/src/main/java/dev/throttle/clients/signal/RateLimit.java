package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.greenbytes.http.sfv.ListElement;

/**
 * {@code RateLimit}: what is left of limits, those of {@link RateLimitPolicies}. In the <a
 * href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-11.html">newest
 * draft</a> {@code "default";r=50;t=30}, for one policy or more; in <a
 * href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-07.html">draft 7</a>
 * {@code limit=100, remaining=50, reset=30}.
 */
final class RateLimit implements Family {

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    String field = answer.list("RateLimit");
    if (field == null) {
      return;
    }
    RateLimitPolicies policies = RateLimitPolicies.of(answer);
    if (field.contains("remaining=")) { // no list has it, unless a policy is named so
      readDictionary(StructuredField.dictionary(field), policies, answer);
    } else {
      readList(StructuredField.list(field), policies, answer);
    }
  }

  private static void readList(
      List<ListElement<?>> elements, RateLimitPolicies policies, Answer answer)
      throws MalformedFieldException {
    List<Quota> quotas = new ArrayList<>();
    for (ListElement<?> element : elements) {
      Long left = StructuredField.parameter(element, "r");
      if (left == null || !(element.get() instanceof String)) {
        throw new MalformedFieldException(element.serialize(), "does not say what is left");
      }
      Quota quota = Quota.left(left);
      Duration window = StructuredField.seconds(element, "t");
      if (window != null) {
        quota = quota.resetIn(window);
      }
      quota = policies.complete(element.get(), quota);
      if (quota != null) {
        quotas.add(quota);
      }
    }
    quotas.forEach(answer::add);
  }

  private static void readDictionary(
      Map<String, ListElement<?>> fields, RateLimitPolicies policies, Answer answer)
      throws MalformedFieldException {
    ListElement<?> left = fields.get("remaining");
    if (left == null) {
      throw new MalformedFieldException(fields.keySet().toString(), "does not say what is left");
    }
    Quota quota = Quota.left(StructuredField.count(left));
    ListElement<?> reset = fields.get("reset");
    if (reset != null) {
      BigDecimal number = BigDecimal.valueOf(StructuredField.count(reset));
      quota = quota.resetIn(Reset.in(number, answer));
    }
    ListElement<?> limit = fields.get("limit");
    if (limit != null) {
      long permits = StructuredField.count(limit);
      quota = policies.complete(permits, LimitFields.of(quota, permits));
    }
    if (quota != null) {
      answer.add(quota);
    }
  }
}
