/**
 * The contract of lease stores, as tests to inherit: what every ledger must do so that the
 * instances together stay inside a limit, whatever gets lost and whoever crashes.
 *
 * <pre>{@code
 * class MyStoreTest extends LeaseStoreContract {
 *   @Override
 *   protected ManagedLeaseStore open(TimeSource time, Duration length, boolean afterLoss) {
 *     return new MyStore(time, length, afterLoss);
 *   }
 * }
 * }</pre>
 *
 * <p>It needs JUnit 5 with its parameterized tests and AssertJ on the class path of the tests; the
 * rest of this module does not.
 */
@NullMarked
package dev.throttle.remote.lease.contract;

import org.jspecify.annotations.NullMarked;
