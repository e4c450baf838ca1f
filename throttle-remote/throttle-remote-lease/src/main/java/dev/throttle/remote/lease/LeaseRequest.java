package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What an instance says to the ledger, again and again: what it has, and what it would like to
 * have.
 *
 * @param instance who says so: a name that no other has, nor had before
 * @param number higher than that of the request before, in {@code [0, 2^53)}. No request is sent
 *     again: one that got no answer is followed by another, which says how it is then
 * @param epoch that of the last answer, or empty if there was none
 * @param accounts all limits that it shares, each once
 * @param alone whether it has had to do without a lease since the last answer and goes on with its
 *     share meanwhile, so that others may have done so too of whom the ledger knows nothing any
 *     more. It then lends nobody more than he holds, until all that is surely over
 * @param leaving whether it is about to end, and wants no lease any more
 */
public record LeaseRequest(
    String instance,
    long number,
    String epoch,
    List<Account> accounts,
    boolean alone,
    boolean leaving) {

  public LeaseRequest {
    Checks.name("instance", instance);
    Checks.number("number", number);
    Objects.requireNonNull(epoch, "epoch must not be null.");
    accounts = List.copyOf(accounts);
    Checks.eachOnce(accounts.stream().map(Account::name));
  }

  /**
   * One limit.
   *
   * @param name that of the limit in the ledger
   * @param limit what the instance really goes by now: its definition, as long as it was not
   *     answered, and then what it was told, as far as it can follow. Its slots rest no shorter
   * @param revision whose word that is, in {@code [0, 2^53)}: 0 if it was not answered yet about
   *     this limit and goes by its own definition, else what the last answer said
   * @param maxCall how long after the end of its lease the provider has surely counted what it
   *     granted here; more than zero, at most 400 days
   * @param held the most slots that the instance has or may have in use from now on, until it is
   *     answered: its lease, or those in use if they are more
   * @param use what they are for
   * @param pause how long nothing should be granted, since the provider has said so; zero mostly,
   *     at most 400 days
   */
  public record Account(
      String name,
      SharedLimit limit,
      long revision,
      Duration maxCall,
      int held,
      Use use,
      Duration pause) {

    public Account {
      Checks.name("limit's name", name);
      Objects.requireNonNull(limit, "limit must not be null.");
      Checks.number("revision", revision);
      Checks.positive("maxCall", maxCall);
      Checks.count("held", held);
      Objects.requireNonNull(use, "use must not be null.");
      Checks.duration("pause", pause);
    }
  }

  /**
   * What an instance does with a limit. Only the last two decide what it is lent.
   *
   * @param inUse slots in use
   * @param waiting calls that wait
   * @param wanted how many slots it could make use of
   * @param dearest how many slots the dearest of its calls takes that wait or were refused lately:
   *     with fewer it can do nothing
   */
  public record Use(int inUse, int waiting, int wanted, int dearest) {

    /** Of who wants nothing. */
    public static final Use NONE = new Use(0, 0, 0, 0);

    public Use {
      Checks.count("inUse", inUse);
      Checks.count("waiting", waiting);
      Checks.count("wanted", wanted);
      Checks.count("dearest", dearest);
    }

    /** Returns the same of who wants nothing any more. */
    Use leaving() {
      return new Use(inUse, 0, 0, 0);
    }
  }
}
