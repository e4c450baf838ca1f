/**
 * A server that lends the slots of limits by REST: any {@link
 * dev.throttle.remote.lease.ManagedLeaseStore} behind HTTPS, for clients with id and secret, and a
 * page for operators. How it is run is told in {@code docs/server.md}, what it defends against in
 * {@code docs/threat-model.md}.
 *
 * <p>A ledger of its own kind is a bean:
 *
 * <pre>{@code
 * @Bean
 * LedgerOpener mine() {
 *   return namespace -> new MyStore(namespace);
 * }
 * }</pre>
 */
@NullMarked
package dev.throttle.remote.server;

import org.jspecify.annotations.NullMarked;
