package dev.throttle.spring;

import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.StringItem;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;

/**
 * Knows the answer where a throttled controller refuses a call: the limit is then one that this
 * server sets for its callers. A refusal from within, by a limit of a provider, is not theirs to
 * know of, and stays the exception that it is.
 *
 * <p>The headers are those of the IETF draft <em>RateLimit header fields for HTTP</em> (version
 * 10), and {@code Retry-After}, both in whole seconds, rounded up.
 */
final class RefusedCalls {

  private final AnnotatedMethods methods;

  RefusedCalls(AnnotatedMethods methods) {
    this.methods = methods;
  }

  /**
   * Returns the headers of the answer, or null if it is no refusal by a limit of this controller.
   */
  @Nullable Map<String, String> headers(Throwable failure, @Nullable Object handler) {
    if (!(failure instanceof ThrottledException refusal)
        || !(handler instanceof HandlerMethod method)
        || !isForLackOfPermits(refusal)
        || !methods
            .bucketNames(method.getMethod(), method.getBeanType())
            .contains(refusal.bucket())) {
      return null;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    long seconds = seconds(refusal.predictedWait());
    if (seconds > 0) {
      headers.put("Retry-After", Long.toString(seconds));
    }
    if (refusal.bucket().chars().allMatch(c -> c >= ' ' && c <= '~')) { // what a field can hold
      headers.put("RateLimit", field(refusal, "r", 0, "t", seconds));
      Limit limit = refusal.limit();
      if (limit != null) {
        headers.put(
            "RateLimit-Policy", field(refusal, "q", limit.permits(), "w", seconds(limit.period())));
      }
    }
    return headers;
  }

  private static boolean isForLackOfPermits(ThrottledException refusal) {
    return switch (refusal.reason()) {
      case MAX_WAIT, MAX_QUEUE, MAX_KEYS, COST -> true;
      case INTERRUPTED, MUST_NOT_BLOCK, CLOSED -> false;
    };
  }

  private static String field(
      ThrottledException refusal, String first, long one, String second, long other) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put(first, one);
    parameters.put(second, other);
    return StringItem.valueOf(refusal.bucket())
        .withParams(Parameters.valueOf(parameters))
        .serialize();
  }

  private static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
