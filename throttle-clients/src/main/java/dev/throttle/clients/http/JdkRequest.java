package dev.throttle.clients.http;

import dev.throttle.clients.rule.UriRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A request as rules see it. */
record JdkRequest(HttpRequest request) implements UriRequest {

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public URI uri() {
    return request.uri();
  }

  @Override
  public @Nullable String header(String name) {
    return request.headers().firstValue(name).orElse(null);
  }
}
