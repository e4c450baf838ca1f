package dev.throttle.remote.server;

import dev.throttle.remote.lease.ManagedLeaseStore;

/** Opens the ledgers of a server, where they are neither in memory nor in Redis. */
@FunctionalInterface
public interface LedgerOpener {

  /**
   * Opens the ledger of a namespace; called once for each, at the start. The server closes it at
   * its end.
   */
  ManagedLeaseStore open(String namespace);
}
