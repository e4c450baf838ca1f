package dev.throttle.remote.server;

import dev.throttle.remote.lease.ManagedLeaseStore;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The ledgers of all namespaces, one each. */
final class Ledgers implements AutoCloseable {

  private final Map<String, ManagedLeaseStore> ledgers = new TreeMap<>();

  Ledgers(Collection<String> namespaces, LedgerOpener opener) {
    for (String namespace : namespaces) {
      ledgers.put(namespace, opener.open(namespace));
    }
  }

  /** Returns the ledger of a client; it never sees another. */
  ManagedLeaseStore of(Client client) {
    return Objects.requireNonNull(ledgers.get(client.namespace()), client.namespace());
  }

  Map<String, ManagedLeaseStore> all() {
    return ledgers;
  }

  @Override
  public void close() {
    ledgers.values().forEach(ManagedLeaseStore::close);
  }
}
