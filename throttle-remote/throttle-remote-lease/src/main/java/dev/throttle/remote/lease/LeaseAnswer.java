package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the ledger lends.
 *
 * @param epoch names the life of the ledger: another one has forgotten all that this one knew
 * @param length how long the leases are, from before the request was sent; more than zero, at most
 *     400 days
 * @param instances how many have a lease now
 * @param leases those of all limits of the request, in its order
 */
public record LeaseAnswer(String epoch, Duration length, int instances, List<Lease> leases) {

  public LeaseAnswer {
    Checks.name("epoch", epoch);
    Checks.positive("length of a lease", length);
    Checks.count("instances", instances);
    leases = List.copyOf(leases);
    Checks.eachOnce(leases.stream().map(Lease::name));
  }

  /**
   * The lease of one limit.
   *
   * @param name that of the limit in the ledger
   * @param slots how many slots may be in use from now on. Where more are, or were leased before,
   *     they are lent until a request says that they are not held any more
   * @param limit the limit as the ledger knows it
   * @param revision whose word that is, in {@code [1, 2^53)}: 1 as instances define it, above as an
   *     operator has said, later words higher
   * @param pause how long nothing may be granted, at most 400 days
   */
  public record Lease(String name, int slots, SharedLimit limit, long revision, Duration pause) {

    public Lease {
      Checks.name("limit's name", name);
      Checks.count("slots", slots);
      Objects.requireNonNull(limit, "limit must not be null.");
      Checks.revision(revision);
      Checks.duration("pause", pause);
    }
  }
}
