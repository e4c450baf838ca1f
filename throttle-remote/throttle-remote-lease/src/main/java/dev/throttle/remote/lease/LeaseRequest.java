package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What an instance says to the ledger, again and again: what it has, and what it would like to
 * have.
 *
 * @param instance who says so: a name that no other has, nor had before
 * @param number higher than that of the request before, at least 0. No request is sent again: one
 *     that got no answer is followed by another, which says how it is then
 * @param epoch that of the last answer, or empty if there was none
 * @param accounts all limits that it shares, each once
 * @param leaving whether it is about to end, and wants no lease any more
 */
public record LeaseRequest(
    String instance, long number, String epoch, List<Account> accounts, boolean leaving) {

  public LeaseRequest {
    Checks.name("instance", instance);
    Checks.count("number", number);
    Objects.requireNonNull(epoch, "epoch must not be null.");
    accounts = List.copyOf(accounts);
    Checks.eachOnce(accounts.stream().map(Account::name));
  }

  /**
   * One limit.
   *
   * @param name that of the limit in the ledger
   * @param limit what the instance knows of it; what the ledger knows goes before
   * @param held the most slots that the instance has or may have in use from now on, until it is
   *     answered: its lease, or those in use if they are more
   * @param wanted how many slots it could make use of
   * @param pause how long nothing should be granted, since the provider has said so; zero mostly,
   *     at most 400 days
   */
  public record Account(String name, SharedLimit limit, int held, int wanted, Duration pause) {

    public Account {
      Checks.name("limit's name", name);
      Objects.requireNonNull(limit, "limit must not be null.");
      Checks.count("held", held);
      Checks.count("wanted", wanted);
      Checks.duration("pause", pause);
    }
  }
}
