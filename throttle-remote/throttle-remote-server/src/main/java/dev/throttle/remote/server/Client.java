package dev.throttle.remote.server;

import java.util.Set;

/**
 * Who asks, and may.
 *
 * @param id its name
 * @param namespace whose ledger it sees; no other
 * @param roles what it may do there
 */
record Client(String id, String namespace, Set<Role> roles) {

  Client {
    roles = Set.copyOf(roles);
  }

  /** What a client may do. */
  enum Role {
    /** Lease. */
    INSTANCE,
    /** See, change and pause limits. */
    OPERATOR,
    /** Read metrics, of all namespaces. */
    MONITOR
  }

  /** Returns by which name the ledger knows an instance: no two clients have the same. */
  String nameOf(String instance) {
    return id + "/" + instance;
  }

  @Override
  public String toString() {
    return id;
  }
}
