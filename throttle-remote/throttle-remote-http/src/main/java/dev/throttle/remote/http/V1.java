package dev.throttle.remote.http;

import dev.throttle.remote.lease.LeaseAnswer;
import dev.throttle.remote.lease.LeaseRequest;
import dev.throttle.remote.lease.LedgerSnapshot;
import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What client and server say to each other in version 1, as JSON: each record is an object of it,
 * with a field for each component. All fields are always there and none is null. {@code
 * openapi.yaml} of the server describes the same.
 *
 * <p>Durations are ISO-8601, such as {@code PT1M} or {@code PT0.000000001S}, so that no nanosecond
 * gets lost, from zero to 400 days. They are strings here, and what is out of range is found when a
 * record is turned into what the ledger knows: that throws {@link IllegalArgumentException}.
 *
 * <p>What is here does not change any more, but for fields that are added to answers, which a
 * client leaves alone if it does not know them.
 */
public final class V1 {

  /** Where leases are renewed, by {@code POST}. */
  public static final String LEASES = "/v1/leases";

  /** Where a snapshot is, by {@code GET}. */
  public static final String LEDGER = "/v1/ledger";

  /** Where a limit is changed, by {@code PUT}, with its name as the parameter {@code name}. */
  public static final String LIMITS = "/v1/limits";

  /** Where a limit is paused, by {@code PUT}, and its pause ended, by {@code DELETE}. */
  public static final String PAUSES = "/v1/pauses";

  /** The type of the problem that a request comes after a later one of its instance. */
  public static final String STALE_REQUEST = "urn:throttle:stale-request";

  /** The type of the problem that no instance ever named a limit. */
  public static final String UNKNOWN_LIMIT = "urn:throttle:unknown-limit";

  /** The type of the problem that what was said makes no sense. */
  public static final String BAD_REQUEST = "urn:throttle:bad-request";

  private static final Duration LONGEST = Duration.ofDays(400);

  private V1() {}

  private static Duration duration(String what, String said) {
    Objects.requireNonNull(said, what);
    Duration duration;
    try {
      duration = Duration.parse(said);
    } catch (DateTimeParseException e) {
      throw malformed(what);
    }
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + " must be from PT0S to 400 days, but was " + duration + ".");
    }
    return duration;
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(what + " must be an ISO-8601 duration, such as PT1M.");
  }

  private static <T, U> List<U> each(List<T> all, Function<T, U> said) {
    return all.stream().map(said).toList();
  }

  /** A limit; see {@link SharedLimit}. */
  public record Limit(int permits, String rest) {

    /** Returns how a limit is said. */
    public static Limit of(SharedLimit limit) {
      return new Limit(limit.permits(), limit.rest().toString());
    }

    /** Returns what it says. */
    public SharedLimit limit() {
      return new SharedLimit(permits, duration("rest", rest));
    }
  }

  /** What an instance does with a limit; see {@link LeaseRequest.Use}. */
  public record Use(int inUse, int waiting, int wanted, int dearest) {

    private static Use of(LeaseRequest.Use use) {
      return new Use(use.inUse(), use.waiting(), use.wanted(), use.dearest());
    }

    private LeaseRequest.Use use() {
      return new LeaseRequest.Use(inUse, waiting, wanted, dearest);
    }
  }

  /** What an instance says of one limit; see {@link LeaseRequest.Account}. */
  public record Account(
      String name, Limit limit, long revision, String maxCall, int held, Use use, String pause) {

    private static Account of(LeaseRequest.Account account) {
      return new Account(
          account.name(),
          Limit.of(account.limit()),
          account.revision(),
          account.maxCall().toString(),
          account.held(),
          Use.of(account.use()),
          account.pause().toString());
    }

    private LeaseRequest.Account account() {
      return new LeaseRequest.Account(
          name,
          limit.limit(),
          revision,
          duration("maxCall", maxCall),
          held,
          use.use(),
          duration("pause", pause));
    }
  }

  /** What an instance says; see {@link LeaseRequest}. */
  public record Renewal(
      String instance,
      long number,
      String epoch,
      List<Account> accounts,
      boolean alone,
      boolean leaving) {

    public Renewal {
      accounts = List.copyOf(accounts);
    }

    /** Returns how a request is said. */
    public static Renewal of(LeaseRequest request) {
      return new Renewal(
          request.instance(),
          request.number(),
          request.epoch(),
          each(request.accounts(), Account::of),
          request.alone(),
          request.leaving());
    }

    /**
     * Returns what it says, of an instance that the ledger knows by a name of the server's choice.
     */
    public LeaseRequest request(String instance) {
      return new LeaseRequest(
          instance, number, epoch, each(accounts, Account::account), alone, leaving);
    }
  }

  /** What is lent of one limit; see {@link LeaseAnswer.Lease}. */
  public record Lease(String name, int slots, Limit limit, long revision, String pause) {

    private static Lease of(LeaseAnswer.Lease lease) {
      return new Lease(
          lease.name(),
          lease.slots(),
          Limit.of(lease.limit()),
          lease.revision(),
          lease.pause().toString());
    }

    private LeaseAnswer.Lease lease() {
      return new LeaseAnswer.Lease(name, slots, limit.limit(), revision, duration("pause", pause));
    }
  }

  /** What the ledger lends; see {@link LeaseAnswer}. */
  public record Answer(String epoch, String length, int instances, List<Lease> leases) {

    public Answer {
      leases = List.copyOf(leases);
    }

    /** Returns how an answer is said. */
    public static Answer of(LeaseAnswer answer) {
      return new Answer(
          answer.epoch(),
          answer.length().toString(),
          answer.instances(),
          each(answer.leases(), Lease::of));
    }

    /** Returns what it says. */
    public LeaseAnswer answer() {
      return new LeaseAnswer(
          epoch, duration("length", length), instances, each(leases, Lease::lease));
    }
  }

  /** How long a limit is paused. */
  public record Pause(String pause) {

    /** Returns how a pause is said. */
    public static Pause of(Duration pause) {
      return new Pause(pause.toString());
    }

    /** Returns what it says. */
    public Duration duration() {
      return V1.duration("pause", pause);
    }
  }

  /**
   * What one instance has of a limit; see {@link LedgerSnapshot.Share}.
   *
   * @param client whose instance it is
   * @param instance its name, which is one of that client's
   */
  public record Share(String client, String instance, int held, Use use, String leaseEndsIn) {}

  /** One limit as the ledger knows it; see {@link LedgerSnapshot.OfLimit}. */
  public record OfLimit(
      String name, Limit limit, String pausedFor, String learnsFor, List<Share> shares) {

    public OfLimit {
      shares = List.copyOf(shares);
    }

    private LedgerSnapshot.OfLimit limit(BiFunction<String, String, String> name) {
      return new LedgerSnapshot.OfLimit(
          this.name,
          limit.limit(),
          V1.duration("pausedFor", pausedFor),
          longDuration(learnsFor),
          each(
              shares,
              share ->
                  new LedgerSnapshot.Share(
                      name.apply(share.client, share.instance),
                      share.held,
                      share.use.use(),
                      V1.duration("leaseEndsIn", share.leaseEndsIn))));
    }

    /** What is learned for is a sum of three durations. */
    private static Duration longDuration(String said) {
      try {
        return Duration.parse(said);
      } catch (DateTimeParseException e) {
        throw malformed("learnsFor");
      }
    }
  }

  /**
   * What the ledger knows; see {@link LedgerSnapshot}.
   *
   * @param namespace whose ledger it is
   */
  public record Ledger(String namespace, String epoch, List<OfLimit> limits) {

    public Ledger {
      limits = List.copyOf(limits);
    }

    /**
     * Returns how a snapshot is said.
     *
     * @param split says of a name in the ledger which client's it is, and its name there
     */
    public static Ledger of(
        String namespace, LedgerSnapshot snapshot, Function<String, Named> split) {
      return new Ledger(
          namespace,
          snapshot.epoch(),
          each(
              snapshot.limits(),
              of ->
                  new OfLimit(
                      of.name(),
                      Limit.of(of.limit()),
                      of.pausedFor().toString(),
                      of.learnsFor().toString(),
                      each(of.shares(), share -> share(share, split.apply(share.instance()))))));
    }

    private static Share share(LedgerSnapshot.Share share, Named named) {
      return new Share(
          named.client,
          named.instance,
          share.held(),
          Use.of(share.use()),
          share.leaseEndsIn().toString());
    }

    /**
     * Returns what it says.
     *
     * @param name makes one name of those of a client and of its instance
     */
    public LedgerSnapshot snapshot(BiFunction<String, String, String> name) {
      return new LedgerSnapshot(epoch, each(limits, of -> of.limit(name)));
    }
  }

  /** An instance, and the client whose it is. */
  public record Named(String client, String instance) {}
}
