package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a lease store is, and what it is opened with.
 *
 * @param uri {@code SCHEME://…}; may hold a password
 * @param clientId who asks, where the store wants to know, or null
 * @param clientSecret what proves it, or null; given if and only if {@code clientId} is
 * @param namespace which ledger: instances share limits if they have the same, or null for the
 *     store's default
 * @param length how long leases are, or null for the store's default
 * @param time that of the buckets
 */
public record StoreAddress(
    String uri,
    @Nullable String clientId,
    @Nullable String clientSecret,
    @Nullable String namespace,
    @Nullable Duration length,
    TimeSource time) {

  private static final Pattern URI = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(//)?(.*)");

  /**
   * @throws IllegalArgumentException if the URI has no scheme, or only one of id and secret is
   *     given
   */
  public StoreAddress {
    Objects.requireNonNull(uri, "uri must not be null.");
    Objects.requireNonNull(time, "time source must not be null.");
    if (!URI.matcher(uri).matches()) {
      throw new IllegalArgumentException(
          "the address of shared limits has no scheme. Write it as in redis://HOST:PORT or"
              + " https://HOST.");
    }
    if ((clientId == null) != (clientSecret == null)) {
      throw new IllegalArgumentException(
          "client id and client secret of shared limits go together, but only the "
              + (clientId == null ? "secret" : "id")
              + " was given. Give both or none.");
    }
    if (length != null) {
      Checks.positive("length of a lease", length);
    }
  }

  /** Returns the scheme, in small letters. */
  public String scheme() {
    return parts().group(1).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the URI without what may be secret: {@code redis://HOST:PORT}.
   *
   * <p>All before the last {@code @} is left out, since a password may have one.
   */
  public String withoutSecrets() {
    String rest = parts().group(3);
    String open = rest.substring(rest.lastIndexOf('@') + 1);
    int query = open.indexOf('?');
    return scheme() + "://" + (query < 0 ? open : open.substring(0, query));
  }

  private Matcher parts() {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw new IllegalStateException("checked before");
    }
    return matcher;
  }

  /** Returns {@link #withoutSecrets} and the client's id. */
  @Override
  public String toString() {
    return withoutSecrets() + (clientId == null ? "" : " as '" + clientId + "'");
  }
}
