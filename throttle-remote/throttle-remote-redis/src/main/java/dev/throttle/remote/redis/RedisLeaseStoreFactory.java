package dev.throttle.remote.redis;

import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.LeaseStoreFactory;
import dev.throttle.remote.lease.StoreAddress;
import java.util.Set;

/**
 * Opens {@link RedisLeaseStore}s by address. Found by {@code throttle-remote-lease}.
 *
 * <p>User and password are in the address.
 */
public final class RedisLeaseStoreFactory implements LeaseStoreFactory {

  /** Makes one; for {@link java.util.ServiceLoader}. */
  public RedisLeaseStoreFactory() {}

  @Override
  public Set<String> schemes() {
    return Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-socket");
  }

  @Override
  public LeaseStore open(StoreAddress address) {
    if (address.clientId() != null) {
      throw new IllegalArgumentException(
          "Redis at "
              + address.withoutSecrets()
              + " knows no client id and secret. Write redis://USER:PASSWORD@HOST:PORT, and leave"
              + " them out.");
    }
    RedisLeaseStore.Builder builder = RedisLeaseStore.at(address.uri());
    if (address.namespace() != null) {
      builder.namespace(address.namespace());
    }
    if (address.length() != null) {
      builder.length(address.length());
    }
    return builder.build();
  }
}
