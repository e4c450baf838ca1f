package dev.throttle.clients.spring;

import dev.throttle.clients.signal.Headers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.http.HttpHeaders;

/** The headers of an answer, by what Spring 6 and 7 have in common. */
record SpringHeaders(HttpHeaders headers) implements Headers {

  @Override
  public Collection<String> values(String name) {
    List<String> values = new ArrayList<>();
    headers.forEach(
        (header, lines) -> {
          if (header.equalsIgnoreCase(name)) {
            values.addAll(lines);
          }
        });
    return values;
  }
}
