package dev.throttle.remote.lease;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * All that a {@link Ledger} knows, to be kept in whatever form. All times are ticks in nanoseconds
 * of the store's clock, which must never go back.
 *
 * @param epoch names the life of the ledger
 * @param learns whether it may be that more is lent than it knows of
 * @param learnsSince since when; whatever where it does not learn
 * @param turns goes up each time that an instance got what it needed
 * @param instances all that are known, by name
 * @param accounts all limits, by name
 */
public record LedgerState(
    String epoch,
    boolean learns,
    long learnsSince,
    long turns,
    Map<String, Instance> instances,
    Map<String, Account> accounts) {

  public LedgerState {
    Checks.name("epoch", epoch);
    Checks.count("turns", turns);
    instances = Map.copyOf(instances);
    accounts = Map.copyOf(accounts);
    Set<String> known = instances.keySet();
    if (!accounts.values().stream().allMatch(of -> known.containsAll(of.holdings.keySet()))) {
      throw new IllegalArgumentException("who holds something must be known.");
    }
  }

  /** Returns the same of another epoch, in which more may be lent than is known. */
  LedgerState learning(String anotherEpoch, long now) {
    return new LedgerState(anotherEpoch, true, now, turns, instances, accounts);
  }

  /**
   * An instance.
   *
   * @param number that of its last request
   * @param answer what that was answered
   * @param leaseEnd when its leases end
   * @param knownUntil until when its number counts: what it holds is surely free then
   * @param turn the lower, the sooner it is its turn
   * @param alone whether its last request said that it was alone
   */
  public record Instance(
      long number, LeaseAnswer answer, long leaseEnd, long knownUntil, long turn, boolean alone) {

    public Instance {
      Checks.number("number", number);
      Objects.requireNonNull(answer, "answer must not be null.");
    }

    /** Returns the same, known no shorter than until then. */
    Instance atLeastUntil(long end) {
      return end - knownUntil <= 0
          ? this
          : new Instance(number, answer, leaseEnd, end, turn, alone);
    }
  }

  /**
   * A limit.
   *
   * @param limit the limit
   * @param revision whose word that is; 1 as instances define it, above as an operator has said
   * @param longestCall the longest {@code maxCall} that any instance named
   * @param pausedUntil until when nothing is granted; in the past where it is not paused
   * @param lastNamed when an instance last named it
   * @param holdings what each instance holds, by name
   */
  public record Account(
      SharedLimit limit,
      long revision,
      Duration longestCall,
      long pausedUntil,
      long lastNamed,
      Map<String, Holding> holdings) {

    public Account {
      Objects.requireNonNull(limit, "limit must not be null.");
      Checks.revision(revision);
      Checks.positive("longestCall", longestCall);
      holdings = Map.copyOf(holdings);
    }
  }

  /**
   * What an instance has of a limit.
   *
   * @param held slots that it has or may have in use
   * @param use what it said last
   * @param maxCall how long after the end of its lease the provider has counted its last call
   * @param rest how long it really lets a slot rest after that
   * @param leaseEnd when its lease of this limit ends
   */
  public record Holding(
      int held, LeaseRequest.Use use, Duration maxCall, Duration rest, long leaseEnd) {

    public Holding {
      Checks.count("held", held);
      Objects.requireNonNull(use, "use must not be null.");
      Checks.positive("maxCall", maxCall);
      Checks.duration("rest", rest);
    }
  }
}
