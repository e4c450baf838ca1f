package dev.throttle.spring;

import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodPlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.StringItem;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.HandlerMethod;

/**
 * Answers 429 where a throttled controller refuses a call: the limit is then one that this server
 * sets for its callers. A refusal from within, by a limit of a provider, is not theirs to know of,
 * and stays the exception that it is.
 *
 * <p>The headers are those of the IETF draft <em>RateLimit header fields for HTTP</em> (version
 * 10), and {@code Retry-After}, both in whole seconds, rounded up.
 */
@RestControllerAdvice
final class RefusedCalls {

  private final AnnotatedMethods methods;

  RefusedCalls(AnnotatedMethods methods) {
    this.methods = methods;
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> refused(ThrottledException refusal, HandlerMethod handler) {
    if (!isOwn(refusal, handler)) {
      throw refusal;
    }
    HttpHeaders headers = new HttpHeaders();
    long seconds = seconds(refusal.predictedWait());
    if (seconds > 0) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
    Map<String, Object> rest = new LinkedHashMap<>();
    rest.put("r", 0L);
    rest.put("t", seconds);
    headers.set("RateLimit", field(refusal, rest));
    Limit limit = refusal.limit();
    if (limit != null) {
      Map<String, Object> policy = new LinkedHashMap<>();
      policy.put("q", (long) limit.permits());
      policy.put("w", seconds(limit.period()));
      headers.set("RateLimit-Policy", field(refusal, policy));
    }
    ProblemDetail problem = ProblemDetail.forStatus(HttpStatus.TOO_MANY_REQUESTS);
    problem.setDetail("The limit of " + refusal.bucket() + " is reached.");
    return new ResponseEntity<>(problem, headers, HttpStatus.TOO_MANY_REQUESTS);
  }

  private boolean isOwn(ThrottledException refusal, HandlerMethod handler) {
    return methods.plans(handler.getMethod(), handler.getBeanType()).stream()
        .map(MethodPlan::bucketNames)
        .anyMatch(names -> names.contains(refusal.bucket()));
  }

  private static String field(ThrottledException refusal, Map<String, Object> parameters) {
    return StringItem.valueOf(refusal.bucket())
        .withParams(Parameters.valueOf(parameters))
        .serialize();
  }

  private static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
