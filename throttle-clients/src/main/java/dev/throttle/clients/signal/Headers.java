package dev.throttle.clients.signal;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an answer, as its HTTP client keeps them: {@code answer.headers()::allValues} of
 * {@code java.net.http}, {@code response.headers()::values} of OkHttp, {@code
 * response.headers()::get} of Feign.
 */
@FunctionalInterface
public interface Headers {

  /**
   * Returns the values of a header, one for each of its lines.
   *
   * @param name in any case; names that differ only in case are the same
   * @return the values in their order; empty or null if there is no such header
   */
  @Nullable Collection<String> values(String name);
}
