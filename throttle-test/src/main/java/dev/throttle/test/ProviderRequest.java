package dev.throttle.test;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request as the provider received it, without its body.
 *
 * @param method such as {@code GET}
 * @param uri as the request line has it: path and query
 * @param headers immutable; looked up without regard to case
 */
public record ProviderRequest(String method, URI uri, Map<String, List<String>> headers) {

  /** Returns the decoded path, such as {@code /users/7}. */
  public String path() {
    return Objects.requireNonNullElse(uri.getPath(), "/");
  }

  /** Returns the first value of a header, whatever its case. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }
}
