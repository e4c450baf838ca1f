package dev.throttle.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers refused calls of Spring MVC as other errors of the application are answered, but for the
 * headers. Asked before the application's own exception handlers, of which one may be for all
 * exceptions; leaves them all that is not its own.
 */
final class ServletRefusals implements HandlerExceptionResolver, Ordered {

  private final RefusedCalls calls;

  ServletRefusals(RefusedCalls calls) {
    this.calls = calls;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    Map<String, String> headers = calls.headers(failure, handler);
    if (headers == null) {
      return null;
    }
    headers.forEach(response::setHeader);
    try {
      response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot answer a refused call", e);
    }
    return new ModelAndView();
  }
}
