package dev.throttle.spring;

import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.plan.MethodPlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.StringItem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers 429 where a throttled controller refuses a call: the limit is then one that this server
 * sets for its callers. A refusal from within, by a limit of a provider, is not theirs to know of,
 * and stays the exception that it is.
 *
 * <p>The headers are those of the IETF draft <em>RateLimit header fields for HTTP</em> (version
 * 10), and {@code Retry-After}, both in whole seconds, rounded up.
 */
final class RefusedCalls {

  private final AnnotatedMethods methods;

  RefusedCalls(AnnotatedMethods methods) {
    this.methods = methods;
  }

  /** Those of Spring MVC. */
  @RestControllerAdvice
  static final class OfServlets {

    private final RefusedCalls calls;

    OfServlets(RefusedCalls calls) {
      this.calls = calls;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(ThrottledException refusal, HandlerMethod handler) {
      return calls.answer(refusal, handler);
    }
  }

  /** Those of WebFlux, which does not hand over the controller's method. */
  @RestControllerAdvice
  static final class OfWebFlux {

    private final RefusedCalls calls;

    OfWebFlux(RefusedCalls calls) {
      this.calls = calls;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(ThrottledException refusal, ServerWebExchange exchange) {
      return calls.answer(
          refusal, exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE));
    }
  }

  private ResponseEntity<ProblemDetail> answer(
      ThrottledException refusal, @Nullable Object handler) {
    if (!(handler instanceof HandlerMethod method) || !isOwn(refusal, method)) {
      throw refusal;
    }
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS);
    long seconds = seconds(refusal.predictedWait());
    if (seconds > 0) {
      answer.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
    Map<String, Object> rest = new LinkedHashMap<>();
    rest.put("r", 0L);
    rest.put("t", seconds);
    answer.header("RateLimit", field(refusal, rest));
    Limit limit = refusal.limit();
    if (limit != null) {
      Map<String, Object> policy = new LinkedHashMap<>();
      policy.put("q", (long) limit.permits());
      policy.put("w", seconds(limit.period()));
      answer.header("RateLimit-Policy", field(refusal, policy));
    }
    ProblemDetail problem = ProblemDetail.forStatus(HttpStatus.TOO_MANY_REQUESTS);
    problem.setDetail("The limit of " + refusal.bucket() + " is reached.");
    return answer.body(problem);
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
