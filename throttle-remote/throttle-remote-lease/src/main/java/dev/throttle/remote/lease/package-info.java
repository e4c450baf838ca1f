/**
 * One limit for many JVMs. Its slots are in one ledger, a {@link
 * dev.throttle.remote.lease.LeaseStore}, which lends them out for a time; each JVM grants those
 * that it has a lease of by itself.
 *
 * <p>Why no more than the limit are ever granted, whatever gets lost and whoever crashes, is told
 * in {@code docs/adr/0009-leases.md}.
 */
@NullMarked
package dev.throttle.remote.lease;

import org.jspecify.annotations.NullMarked;
