package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.List;

/**
 * What the ledger lends.
 *
 * @param epoch names the life of the ledger: another one has forgotten all that this one knew
 * @param length how long the leases are, from when the request was first sent
 * @param instances how many have a lease now
 * @param leases those of all limits of the request, in its order
 */
public record LeaseAnswer(String epoch, Duration length, int instances, List<Lease> leases) {

  public LeaseAnswer {
    leases = List.copyOf(leases);
  }

  /**
   * The lease of one limit.
   *
   * @param name that of the limit in the ledger
   * @param slots how many slots may be in use from now on. Where more are, or were leased before,
   *     they are lent until a request says that they are not held any more
   * @param limit the limit as the ledger knows it
   * @param pause how long nothing may be granted
   */
  public record Lease(String name, int slots, SharedLimit limit, Duration pause) {}
}
