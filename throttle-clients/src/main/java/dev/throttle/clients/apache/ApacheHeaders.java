package dev.throttle.clients.apache;

import dev.throttle.clients.signal.Headers;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/** The headers of a response as a signal reader sees them. */
record ApacheHeaders(HttpResponse response) implements Headers {

  @Override
  public List<String> values(String name) {
    return Arrays.stream(response.getHeaders(name))
        .map(Header::getValue)
        .filter(Objects::nonNull)
        .toList();
  }
}
