package dev.throttle.test;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** Returns the first value of a query parameter, decoded; empty text if it has no {@code =}. */
  public Optional<String> query(String name) {
    return Stream.ofNullable(uri.getRawQuery())
        .flatMap(query -> Arrays.stream(query.split("&", -1)))
        .map(parameter -> parameter.split("=", 2))
        .filter(parameter -> decoded(parameter[0]).equals(name))
        .map(parameter -> parameter.length == 1 ? "" : decoded(parameter[1]))
        .findFirst();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
