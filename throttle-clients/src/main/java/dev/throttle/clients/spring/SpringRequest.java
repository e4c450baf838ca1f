package dev.throttle.clients.spring;

import dev.throttle.clients.rule.UriRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A request as rules see it. */
record SpringRequest(String method, URI uri, HttpHeaders headers) implements UriRequest {

  @Override
  public @Nullable String header(String name) {
    return headers.getFirst(name);
  }
}
