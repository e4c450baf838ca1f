package dev.throttle.remote.lease;

import dev.throttle.core.SharedBy;
import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.Objects;
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

  /**
   * @throws IllegalArgumentException if the URI has no scheme, or only one of id and secret is
   *     given
   */
  public StoreAddress {
    Objects.requireNonNull(uri, "uri must not be null.");
    Objects.requireNonNull(time, "time source must not be null.");
    of(uri, clientId, clientSecret);
    if (length != null) {
      Checks.positive("length of a lease", length);
    }
  }

  private static SharedBy of(String uri, @Nullable String clientId, @Nullable String clientSecret) {
    return new SharedBy(uri, clientId, clientSecret, null, null, null, null, null);
  }

  private SharedBy shared() {
    return of(uri, clientId, clientSecret);
  }

  /** Returns the scheme, in small letters. */
  public String scheme() {
    return shared().scheme();
  }

  /** Returns the URI without what may be secret: {@code redis://HOST:PORT}. */
  public String withoutSecrets() {
    return shared().where();
  }

  /** Returns {@link #withoutSecrets} and the client's id. */
  @Override
  public String toString() {
    return shared().toString();
  }
}
