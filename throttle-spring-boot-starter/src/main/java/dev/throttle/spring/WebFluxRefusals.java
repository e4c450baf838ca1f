package dev.throttle.spring;

import dev.throttle.core.ThrottledException;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers refused calls of WebFlux. It is asked in the order of its kind, so an application whose
 * own advice is for all exceptions has that asked first.
 */
@RestControllerAdvice
final class WebFluxRefusals {

  private final RefusedCalls calls;

  WebFluxRefusals(RefusedCalls calls) {
    this.calls = calls;
  }

  /**
   * @throws ThrottledException the same, if it is not for the caller to know
   */
  @ExceptionHandler
  ResponseEntity<Void> refused(ThrottledException refusal, ServerWebExchange exchange) {
    Map<String, String> headers =
        calls.headers(
            refusal, exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE));
    if (headers == null) {
      throw refusal;
    }
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS);
    headers.forEach(answer::header);
    return answer.build();
  }
}
