package dev.throttle.remote.lease;

import java.util.Set;

/**
 * Opens lease stores by address, such as {@code redis://HOST:PORT}.
 *
 * <p>Found by {@link java.util.ServiceLoader}: an implementation is a public class with a public
 * constructor without parameters, named in {@code
 * META-INF/services/dev.throttle.remote.lease.LeaseStoreFactory} of its jar. Of two that know one
 * scheme, the first that is found is asked.
 */
public interface LeaseStoreFactory {

  /** Returns the schemes of the addresses that it opens, in small letters: {@code redis}. */
  Set<String> schemes();

  /**
   * Opens a store, which is asked by one program and closed by it.
   *
   * <p>Must not wait for the network: it may be called while a first call waits. A store that
   * cannot be reached now is opened all the same, and tried again with each request. A store leaves
   * it to others to leave it alone while it fails; what it must do is to fail a request that is not
   * answered in time, in about a second.
   *
   * <p>What an address says that the store has no use for is refused with the fix: credentials
   * where there are none, a lease's length where the other side decides it.
   *
   * @param address its scheme is one of {@link #schemes}
   * @throws IllegalArgumentException if the address or what goes with it is wrong; the message has
   *     neither the secret nor the whole address, since that may hold a password
   */
  LeaseStore open(StoreAddress address);
}
