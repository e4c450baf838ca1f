package dev.throttle.remote.server;

import dev.throttle.remote.http.V1;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that goes wrong is answered by the problem details of RFC 9457, which say what to do and
 * never what the server looks like inside.
 */
@RestControllerAdvice
@RestController
class Problems extends ResponseEntityExceptionHandler implements ErrorController {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final JsonMapper json;

  Problems(JsonMapper json) {
    this.json = json;
  }

  /** Returns a problem to throw. */
  static ErrorResponseException of(HttpStatus status, String type, String detail) {
    return new ErrorResponseException(status, body(status, type, detail), null);
  }

  private static ProblemDetail body(HttpStatusCode status, String type, String detail) {
    ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
    body.setType(URI.create(type));
    return body;
  }

  /** Answers where no controller is asked. */
  void answer(HttpServletResponse response, HttpStatus status, String detail) throws IOException {
    byte[] body = json.writeValueAsBytes(body(status, "about:blank", detail));
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** What Jackson says repeats what it has read. Where it was is enough. */
  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String where =
        failure.getCause() instanceof JacksonException cause && cause.getLocation() != null
            ? " Near line " + cause.getLocation().getLineNr()
            : "";
    ProblemDetail body =
        body(
            status,
            V1.BAD_REQUEST,
            "the body is not the JSON that is due here: see /openapi.yaml." + where);
    return ResponseEntity.badRequest().contentType(MediaType.APPLICATION_PROBLEM_JSON).body(body);
  }

  /** What nobody has thought of. */
  @ExceptionHandler
  ResponseEntity<Object> unexpected(Exception failure) {
    LOG.error("A request has failed, for which there is no reason.", failure);
    ProblemDetail body =
        body(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "about:blank",
            "something is wrong with the server: its log says what.");
    return ResponseEntity.internalServerError()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(body);
  }

  /** What the container, a filter, or a throttled controller has refused. */
  @RequestMapping("/error")
  void refused(HttpServletRequest request, HttpServletResponse response) throws IOException {
    HttpStatus status = known(statusOf(request));
    answer(response, status, detail(status));
  }

  /** Returns the JSON for what the container has refused, of a status. */
  String refusal(int status) {
    HttpStatus known = known(status);
    return json.writeValueAsString(body(known, "about:blank", detail(known)));
  }

  private static HttpStatus known(int status) {
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? HttpStatus.NOT_FOUND : known;
  }

  private static String detail(HttpStatus status) {
    return status == HttpStatus.TOO_MANY_REQUESTS
        ? "this client, or all together, ask more often than they may. Wait as Retry-After says."
        : status.getReasonPhrase() + ".";
  }

  private static int statusOf(HttpServletRequest request) {
    return request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
        ? status
        : 0;
  }
}
