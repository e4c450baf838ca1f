package dev.throttle.remote.http;

import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LeaseStoreFactory;
import dev.throttle.remote.lease.StoreAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** Opens {@link HttpLeaseStore}s by the address of their server: {@code https://HOST}. */
public final class HttpLeaseStoreFactory implements LeaseStoreFactory {

  /** For {@link java.util.ServiceLoader}. */
  public HttpLeaseStoreFactory() {}

  @Override
  public Set<String> schemes() {
    return Set.of("https", "http");
  }

  /**
   * @throws IllegalArgumentException if there is no client, or a namespace or a length, which the
   *     server decides
   * @throws IllegalStateException if it is {@code http} to another machine
   */
  @Override
  public LeaseStore open(StoreAddress address) {
    String id = address.clientId();
    String secret = address.clientSecret();
    if (id == null || secret == null) {
      throw new IllegalArgumentException(
          "the server of shared limits wants to know who asks. Fix: give id and secret of a client"
              + " of it.");
    }
    if (address.namespace() != null || address.length() != null) {
      throw new IllegalArgumentException(
          "namespace and length of leases are what the server has for the client. Fix: leave them"
              + " out here, and set them there.");
    }
    return HttpLeaseStore.at(uri(address)).client(id, secret).build();
  }

  private static URI uri(StoreAddress address) {
    try {
      return new URI(address.uri());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "the address of the server of shared limits cannot be read. Fix: write"
              + " https://HOST:PORT."); // the cause would repeat it
    }
  }
}
