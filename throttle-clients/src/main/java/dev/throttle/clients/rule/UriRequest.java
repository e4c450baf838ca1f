package dev.throttle.clients.rule;

import dev.throttle.core.UriPattern;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What rules can know of a request before it is sent, whichever client sends it. */
public interface UriRequest {

  /** Returns the method, such as {@code GET}. */
  String method();

  /** Returns where it is sent, with scheme and host. */
  URI uri();

  /** Returns the first value of a header, whatever its case, or null if there is none. */
  @Nullable String header(String name);

  /**
   * Returns a segment of the path, decoded, or null if there are not as many.
   *
   * @param index from 0; empty segments do not count
   */
  default @Nullable String segment(int index) {
    List<String> segments = UriPattern.segmentsOf(uri());
    return Objects.checkIndex(index, Integer.MAX_VALUE) < segments.size()
        ? segments.get(index)
        : null;
  }
}
