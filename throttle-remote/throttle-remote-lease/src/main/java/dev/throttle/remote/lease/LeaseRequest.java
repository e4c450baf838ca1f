package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.List;

/**
 * What an instance says to the ledger, again and again: what it has, and what it would like to
 * have.
 *
 * @param instance who says so: a name that no other has, nor had before
 * @param number one more than that of the request before. One that got no answer is sent again
 *     under its own number, as it was
 * @param epoch that of the last answer, or empty if there was none
 * @param accounts all limits that it shares
 * @param leaving whether it is about to end, and wants no lease any more
 */
public record LeaseRequest(
    String instance, long number, String epoch, List<Account> accounts, boolean leaving) {

  public LeaseRequest {
    accounts = List.copyOf(accounts);
  }

  /**
   * One limit.
   *
   * @param name that of the limit in the ledger
   * @param limit what the instance knows of it; what the ledger knows goes before
   * @param held the most slots that the instance has or may have in use from now on, until it is
   *     answered: its lease, or those in use if they are more
   * @param wanted how many slots it could make use of
   * @param pause how long nothing should be granted, since the provider has said so; zero mostly
   */
  public record Account(String name, SharedLimit limit, int held, int wanted, Duration pause) {}
}
