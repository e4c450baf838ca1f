package dev.throttle.clients.apache;

import dev.throttle.clients.rule.UriRequest;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.ProtocolException;
import org.jspecify.annotations.Nullable;

/** A request as rules see it. */
record ApacheRequest(HttpRequest request, URI uri) implements UriRequest {

  static ApacheRequest of(HttpRequest request) throws ProtocolException {
    try {
      return new ApacheRequest(request, request.getUri());
    } catch (URISyntaxException e) {
      throw new ProtocolException(e.getMessage(), e);
    }
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public @Nullable String header(String name) {
    Header first = request.getFirstHeader(name);
    return first == null ? null : first.getValue();
  }
}
