package dev.throttle.clients.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A response that knows by which one it was reached. */
final class RedirectedResponse<T> implements HttpResponse<T> {

  private final HttpResponse<T> response;
  private final HttpResponse<T> previous;

  private RedirectedResponse(HttpResponse<T> response, HttpResponse<T> previous) {
    this.response = response;
    this.previous = previous;
  }

  /**
   * Returns a response as callers see it.
   *
   * @param previous null if it is the answer to the caller's own request
   */
  static <T> HttpResponse<T> of(HttpResponse<T> response, @Nullable HttpResponse<T> previous) {
    return previous == null ? response : new RedirectedResponse<>(response, previous);
  }

  @Override
  public int statusCode() {
    return response.statusCode();
  }

  @Override
  public HttpRequest request() {
    return response.request();
  }

  @Override
  public Optional<HttpResponse<T>> previousResponse() {
    return Optional.of(previous);
  }

  @Override
  public HttpHeaders headers() {
    return response.headers();
  }

  @Override
  public T body() {
    return response.body();
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return response.sslSession();
  }

  @Override
  public URI uri() {
    return response.uri();
  }

  @Override
  public HttpClient.Version version() {
    return response.version();
  }

  @Override
  public String toString() {
    return response.toString();
  }
}
