package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, which no one specified and many
 * send, and the same as {@code X-Rate-Limit-*}, which is <a
 * href="https://docs.x.com/fundamentals/rate-limits">X's spelling</a>. When it is reset may be said
 * in {@linkplain Reset several forms}.
 *
 * <p>Two things more are <a
 * href="https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api">GitHub's</a>.
 * A refusal with nothing left lasts until the reset, unless {@code Retry-After} says how long. And
 * {@code X-RateLimit-Resource} names the limit; its period is an hour, or a minute where <a
 * href="https://docs.github.com/en/rest/search/search#rate-limit">searches</a> are counted.
 */
final class XRateLimit implements Family {

  static final List<Family> FAMILIES =
      List.of(new XRateLimit("X-RateLimit-"), new XRateLimit("X-Rate-Limit-"));

  private static final Map<String, Duration> PERIODS_OF_RESOURCES =
      Map.of(
          "core", Duration.ofHours(1),
          "graphql", Duration.ofHours(1),
          "search", Duration.ofMinutes(1),
          "code_search", Duration.ofMinutes(1));

  private final LimitFields fields;

  private XRateLimit(String prefix) {
    fields = new LimitFields(prefix + "Limit", prefix + "Remaining", prefix + "Reset");
  }

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    Quota quota = fields.read(answer);
    if (quota == null) {
      return;
    }
    String resource = answer.value("X-RateLimit-Resource");
    Duration period = resource == null ? null : PERIODS_OF_RESOURCES.get(resource);
    answer.add(period == null ? quota : quota.per(period));

    boolean refused = answer.status() == 403 || answer.status() == 429;
    if (refused && Objects.equals(quota.left(), 0L)) {
      answer.refused();
      Duration resetIn = quota.resetIn();
      if (resetIn != null && answer.retryAfter() == null) {
        answer.retryAfter(resetIn);
      }
    }
  }
}
