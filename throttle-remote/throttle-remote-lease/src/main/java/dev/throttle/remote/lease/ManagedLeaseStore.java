package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A lease store with what people do who look after it. Nothing here blocks but {@link #close}. Each
 * result fails where the ledger cannot be reached; it may then have heard what was said.
 */
public interface ManagedLeaseStore extends LeaseStore {

  /**
   * Changes a limit for all. Every instance follows with its next request; what it holds above that
   * it keeps until it is back. From now on, what instances say of the limit does not count. An
   * instance whose windows begin at fixed times follows with its permits only, and says so in its
   * log: what it holds rests as long as its windows are.
   *
   * @return fails with {@link IllegalArgumentException} where no instance ever named it, or one of
   *     the two is a limit of concurrency (a rest of zero) and the other is not
   */
  CompletionStage<Void> change(String name, SharedLimit limit);

  /**
   * Pauses a limit for all, or ends its pause. Every instance follows with its next request.
   *
   * @param pause how long nothing may be granted, at most 400 days, in place of a pause that there
   *     is; zero ends that
   * @return fails with {@link IllegalArgumentException} where no instance ever named it
   */
  CompletionStage<Void> pause(String name, Duration pause);

  /** Returns what the ledger knows. */
  CompletionStage<LedgerSnapshot> snapshot();
}
