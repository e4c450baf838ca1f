package dev.throttle.remote.lease;

import java.util.concurrent.CompletionStage;

/**
 * A ledger that lends out the slots of limits: in memory, in a database, or behind a server.
 *
 * <p>What it must do is what {@link Ledger} does; {@link LeaseRequest} and {@link LeaseAnswer} say
 * what for. Safe for use by many threads. Nothing here blocks but {@link #close}.
 */
public interface LeaseStore extends AutoCloseable {

  /**
   * Renews what an instance has leased, and lends it what it wants more of, as far as there is any.
   * A request of a number that was answered before is answered as it was then.
   *
   * <p>Returns at once, and answers or fails within a time-out. One that blocks is called on a
   * thread of its own, so that leases end and calls go on as ever; but it is not called again
   * before it has returned, so one that hangs for good is as good as one that is down for good.
   *
   * @return fails where the ledger cannot be reached; it may then have heard the request. Fails
   *     with {@link IllegalArgumentException} where its number is lower than that of the request
   *     before
   */
  CompletionStage<LeaseAnswer> renew(LeaseRequest request);

  @Override
  default void close() {}
}
