package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.util.List;
import org.greenbytes.http.sfv.ListElement;

/**
 * {@code RateLimit-Limit}, {@code RateLimit-Remaining} and {@code RateLimit-Reset}, the three
 * fields of the drafts until <a
 * href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-06.html">draft 6</a>.
 * After the limit its field may name all policies: {@code 100, 100;w=60, 1000;w=3600}.
 *
 * <p>The drafts have a reset in seconds from now; <a
 * href="https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits">GitLab</a> sends
 * seconds since 1970, so its {@linkplain Reset size} decides here too.
 */
final class RateLimitRemaining implements Family {

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    String left = answer.value("RateLimit-Remaining");
    if (left == null) {
      return;
    }
    Quota quota = Quota.left(Numbers.count(left));
    String reset = answer.value("RateLimit-Reset");
    if (reset != null) {
      quota = quota.resetIn(Reset.in(reset, answer));
    }
    String limits = answer.list("RateLimit-Limit");
    if (limits != null) {
      List<ListElement<?>> elements = StructuredField.list(limits);
      if (elements.isEmpty()) {
        throw new MalformedFieldException(limits, "is no limit");
      }
      long permits = StructuredField.count(elements.get(0));
      RateLimitPolicies policies = RateLimitPolicies.of(answer);
      policies.add(elements);
      quota = policies.complete(permits, LimitFields.of(quota, permits));
    }
    if (quota != null) {
      answer.add(quota);
    }
  }
}
