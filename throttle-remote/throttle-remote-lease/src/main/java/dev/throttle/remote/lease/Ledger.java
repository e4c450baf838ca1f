package dev.throttle.remote.lease;

import dev.throttle.remote.lease.LedgerState.Account;
import dev.throttle.remote.lease.LedgerState.Holding;
import dev.throttle.remote.lease.LedgerState.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rules by which slots are lent; the model of all stores. A store that can read a {@link
 * LedgerState}, have a ledger change it, and write it back, with nobody else between, is one.
 *
 * <p>Of each limit it knows how many slots each instance holds. The sum of what is held is never
 * above the limit but where an instance says that it holds more. An instance of which nothing is
 * heard holds what it held until its lease has ended, its last call is surely complete, and the
 * slots have rested. What is lent is a fair share by what is wanted: nobody gets more as long as
 * another gets less than it wants and less than he. Where that is less than one call needs, slots
 * go to who has waited longest for all that one call takes, of all its limits, so nobody starves.
 *
 * <p>Not safe for use by many threads. {@code now} is a tick in nanoseconds of one clock, never
 * before that of an earlier call.
 */
public final class Ledger {

  private static final long DAY = Duration.ofDays(1).toNanos();

  private final String epoch;
  private boolean learns;
  private long learnsSince;
  private long turns;
  private final Map<String, Instance> instances;
  private final Map<String, Account> accounts;

  private Ledger(
      String epoch,
      boolean learns,
      long learnsSince,
      long turns,
      Map<String, Instance> instances,
      Map<String, Account> accounts) {
    this.epoch = epoch;
    this.learns = learns;
    this.learnsSince = learnsSince;
    this.turns = turns;
    this.instances = new HashMap<>(instances);
    this.accounts = new HashMap<>(accounts);
  }

  /**
   * Returns a ledger that knows of no instance.
   *
   * @param epoch a name that no ledger had before
   * @param learns whether it is in the place of one that was lost. Until what that had lent is
   *     surely free, nobody is lent more than he says that he holds
   */
  public static Ledger begin(String epoch, boolean learns, long now) {
    Checks.name("epoch", epoch);
    return new Ledger(epoch, learns, now, 0, Map.of(), Map.of());
  }

  /** Returns a ledger that knows what another one knew. */
  public static Ledger of(LedgerState state) {
    return new Ledger(
        state.epoch(),
        state.learns(),
        state.learnsSince(),
        state.turns(),
        state.instances(),
        state.accounts());
  }

  /** Returns what it knows. */
  public LedgerState state() {
    return new LedgerState(epoch, learns, learnsSince, turns, instances, accounts);
  }

  // ---- lending

  /**
   * Renews what an instance has leased; see {@link LeaseStore#renew}.
   *
   * @param length how long its leases are: more than zero, at most 400 days, and the same for all
   * @throws IllegalArgumentException if its number is lower than that of the request before
   */
  public LeaseAnswer renew(LeaseRequest request, Duration length, long now) {
    long lengthNanos = Checks.positive("length of a lease", length).toNanos();
    forget(now);
    String name = request.instance();
    Instance known = instances.get(name);
    if (known != null && request.number() == known.number()) {
      return known.answer();
    }
    if (known != null && request.number() < known.number()) {
      throw new IllegalArgumentException(
          "request "
              + request.number()
              + " of instance '"
              + name
              + "' comes after its request "
              + known.number()
              + ".");
    }
    // Who is heard all the time but hears nothing must not keep it learning for ever; but that he
    // was heard a short while ago may have been by a request of before, which came late.
    boolean wasAlone = known != null && known.alone() && known.leaseEnd() - now > 0;
    if (request.alone() && !wasAlone) {
      learns = true;
      learnsSince = now;
    }
    long leaseEnd = request.leaving() ? now : now + lengthNanos;
    long turn = known == null ? ++turns : known.turn();
    // Known from here on, since its turn is looked at when slots are shared out.
    LeaseAnswer none = new LeaseAnswer(epoch, length, 0, List.of());
    long knownUntil = known == null ? leaseEnd : later(known.knownUntil(), leaseEnd);
    instances.put(
        name, new Instance(request.number(), none, leaseEnd, knownUntil, turn, request.alone()));
    int live = liveInstances(now);
    List<LeaseAnswer.Lease> leases = new ArrayList<>();
    boolean served = true;
    long turnsTaken = 0;
    for (LeaseRequest.Account asked : request.accounts()) {
      LeaseAnswer.Lease lease = lend(asked, request, lengthNanos, now);
      leases.add(lease);
      int permits = lease.limit().permits();
      int needed = request.leaving() ? 0 : neededOf(asked.use(), permits);
      served &= lease.slots() >= needed;
      turnsTaken = Math.max(turnsTaken, turnsTaken(needed, permits, live));
    }
    LeaseAnswer answer = new LeaseAnswer(epoch, length, live, leases);
    long next = served && turnsTaken > 0 ? turns + turnsTaken : turn;
    turns += served && turnsTaken > 0 ? 1 : 0;
    knownUntil = known(name).knownUntil();
    instances.put(
        name, new Instance(request.number(), answer, leaseEnd, knownUntil, next, request.alone()));
    return answer;
  }

  /** Returns with how few slots an instance could do something. */
  private static int neededOf(LeaseRequest.Use use, int permits) {
    return Math.min(Math.min(Math.max(1, use.dearest()), use.wanted()), permits);
  }

  /**
   * Returns after how many turns of all it is the turn again of an instance that got what it needs:
   * of who got more than is due to each, after as many rounds as that was for.
   */
  private static long turnsTaken(int needed, int permits, int live) {
    int due = Math.max(1, permits / Math.max(1, live));
    return needed == 0 ? 0 : 1 + (long) ((needed - 1) / due) * live;
  }

  private LeaseAnswer.Lease lend(
      LeaseRequest.Account asked, LeaseRequest request, long lengthNanos, long now) {
    Account account = named(asked, request, now);
    Map<String, Holding> holdings = new HashMap<>(account.holdings());
    long leaseEnd = request.leaving() ? now : now + lengthNanos;
    LeaseRequest.Use use = request.leaving() ? asked.use().leaving() : asked.use();
    Duration rest = asked.limit().rest();
    holdings.put(
        request.instance(), new Holding(asked.held(), use, asked.maxCall(), rest, leaseEnd));
    int permits = account.limit().permits();
    int lent = lendable(request.instance(), holdings, permits, now);
    if (learnsFor(account, holdings, lengthNanos, now) > 0) {
      lent = Math.min(lent, request.epoch().isEmpty() ? 0 : asked.held());
    }
    holdings.put(
        request.instance(),
        new Holding(Math.max(asked.held(), lent), use, asked.maxCall(), rest, leaseEnd));
    long pausedUntil = later(account.pausedUntil(), now + asked.pause().toNanos());
    put(
        asked.name(),
        new Account(
            account.limit(),
            account.revision(),
            account.longestCall(),
            pausedUntil,
            now,
            holdings));
    Duration pause = Duration.ofNanos(Math.max(0, pausedUntil - now));
    return new LeaseAnswer.Lease(asked.name(), lent, account.limit(), account.revision(), pause);
  }

  /** Who holds something of it is known as long as that is not surely free: its number counts. */
  private void put(String name, Account account) {
    accounts.put(name, account);
    account
        .holdings()
        .forEach(
            (instance, of) -> {
              long free = of.leaseEnd() + restOfTheLost(of, account.limit());
              instances.computeIfPresent(instance, (same, known) -> known.atLeastUntil(free));
            });
  }

  /** Returns the account of a limit, after what an instance has said of it. */
  private Account named(LeaseRequest.Account asked, LeaseRequest request, long now) {
    long revision = Math.max(Revision.DEFINED, asked.revision());
    Account known = accounts.get(asked.name());
    if (known == null) {
      return new Account(asked.limit(), revision, asked.maxCall(), now, now, Map.of());
    }
    boolean counts = isNewDefinition(asked, request, known) || isLaterWord(asked, request, known);
    return new Account(
        counts ? asked.limit() : known.limit(),
        counts ? revision : known.revision(),
        longer(known.longestCall(), asked.maxCall()),
        known.pausedUntil(),
        now,
        known.holdings());
  }

  /** Whether it is what an instance defines of which nothing was heard before; see Revision. */
  private static boolean isNewDefinition(
      LeaseRequest.Account asked, LeaseRequest request, Account known) {
    return asked.revision() == Revision.OWN
        && (known.revision() == Revision.DEFINED || !asked.limit().isOfKindOf(known.limit()))
        && !request.leaving()
        && !known.holdings().containsKey(request.instance());
  }

  /** Whether another ledger, of which this one may know less, was told it later; see Revision. */
  private boolean isLaterWord(LeaseRequest.Account asked, LeaseRequest request, Account known) {
    boolean ofAnother = !request.epoch().isEmpty() && !request.epoch().equals(epoch);
    return learns && ofAnother && asked.revision() > known.revision();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static long later(long one, long other) {
    return one - other < 0 ? other : one;
  }

  // ---- fair shares

  /**
   * What a live instance would like to have.
   *
   * @param floor what it gets before anybody gets more than that: what one call of it needs, or
   *     nothing where those whose turn is earlier leave too little for that
   */
  private record Claim(String instance, int held, int wanted, int floor) {

    /** Returns its share where everybody gets at most so much, but for the floors. */
    int upTo(int level) {
      return Math.max(floor, Math.min(wanted, level));
    }

    boolean wantsMoreThan(int level) {
      return wanted > level && floor <= level;
    }
  }

  /** Returns the claims of all live instances, in the order of their turns. */
  private List<Claim> claims(Map<String, Holding> holdings, int permits, long now) {
    List<String> inTurn = new ArrayList<>(holdings.keySet());
    inTurn.removeIf(name -> holding(holdings, name).leaseEnd() - now <= 0);
    Comparator<String> byTurn = Comparator.comparingLong(name -> known(name).turn());
    inTurn.sort(byTurn.thenComparing(Comparator.naturalOrder()));
    List<Claim> claims = new ArrayList<>();
    int left = permits;
    for (String name : inTurn) {
      Holding of = holding(holdings, name);
      int needed = neededOf(of.use(), permits);
      int floor = needed <= left ? needed : 0;
      left -= floor;
      claims.add(new Claim(name, of.held(), of.use().wanted(), floor));
    }
    return claims;
  }

  private static Holding holding(Map<String, Holding> holdings, String name) {
    return Objects.requireNonNull(holdings.get(name), name);
  }

  /**
   * Returns what an instance may hold: its share, as far as others do not hold it.
   *
   * <p>In turn, each gets what one call of it needs, of all its limits; so whoever's turn it is can
   * go on. All get the same of the rest, or less where they want less; the last slots, too few for
   * all, go to those whose turn it is. What is due to somebody whose turn is earlier, and held by
   * others, is lent to nobody else: he would never get it where they ask more often.
   */
  private int lendable(String own, Map<String, Holding> holdings, int permits, long now) {
    List<Claim> claims = claims(holdings, permits, now);
    int level = level(claims, permits);
    long left = permits;
    for (Map.Entry<String, Holding> other : holdings.entrySet()) {
      left -= other.getKey().equals(own) ? 0 : other.getValue().held();
    }
    long extra = permits;
    for (Claim claim : claims) {
      extra -= claim.upTo(level);
    }
    for (Claim claim : claims) {
      boolean more = claim.wantsMoreThan(level) && extra-- > 0;
      int share = claim.upTo(level) + (more ? 1 : 0);
      if (claim.instance.equals(own)) {
        return (int) Math.max(0, Math.min(share, left));
      }
      left -= Math.max(0, claim.floor - claim.held);
    }
    return 0; // it is leaving
  }

  /** Returns the most that everybody may have who wants it. */
  private static int level(List<Claim> claims, int permits) {
    int enough = 0;
    int most = claims.stream().mapToInt(Claim::wanted).max().orElse(0);
    while (enough < most) {
      int level = enough + (most - enough) / 2 + 1;
      if (claims.stream().mapToLong(claim -> claim.upTo(level)).sum() <= permits) {
        enough = level;
      } else {
        most = level - 1;
      }
    }
    return enough;
  }

  /** Who holds something is not forgotten. */
  private Instance known(String instance) {
    return Objects.requireNonNull(instances.get(instance), instance);
  }

  private int liveInstances(long now) {
    return (int) instances.values().stream().filter(of -> of.leaseEnd() - now > 0).count();
  }

  private long learnsFor(Account account, long lengthNanos, long now) {
    return learnsFor(account, account.holdings(), lengthNanos, now);
  }

  private long learnsFor(
      Account account, Map<String, Holding> holdings, long lengthNanos, long now) {
    Duration rest = account.limit().rest();
    for (Holding of : holdings.values()) {
      rest = longer(rest, of.rest());
    }
    long lost = lengthNanos + account.longestCall().plus(rest).toNanos();
    return learns ? Math.max(0, lost - (now - learnsSince)) : 0;
  }

  /**
   * Returns how long after the end of a lease its slots are free, if nothing is heard of them: as
   * the limit says, and no sooner than the instance lets them rest, which may be unable to follow.
   */
  private static long restOfTheLost(Holding of, SharedLimit limit) {
    return of.maxCall().plus(longer(limit.rest(), of.rest())).toNanos();
  }

  /** Forgets whose last call is surely complete, and has rested; and what nobody names for long. */
  private void forget(long now) {
    accounts.replaceAll((name, account) -> withoutTheLost(account, now));
    accounts.values().removeIf(account -> isForgotten(account, now));
    instances.values().removeIf(of -> of.knownUntil() - now <= 0);
  }

  private static Account withoutTheLost(Account account, long now) {
    Map<String, Holding> left = new HashMap<>(account.holdings());
    left.values().removeIf(of -> now - of.leaseEnd() >= restOfTheLost(of, account.limit()));
    return left.size() == account.holdings().size()
        ? account
        : new Account(
            account.limit(),
            account.revision(),
            account.longestCall(),
            account.pausedUntil(),
            account.lastNamed(),
            left);
  }

  private static boolean isForgotten(Account account, long now) {
    return account.holdings().isEmpty()
        && !Revision.isOfOperator(account.revision())
        && account.pausedUntil() - now <= 0
        && now - account.lastNamed() > DAY;
  }

  // ---- operators

  /**
   * Changes a limit; see {@link ManagedLeaseStore#change}.
   *
   * @throws IllegalArgumentException if no instance ever named it, or one of the two is a limit of
   *     concurrency and the other is not
   */
  public void change(String name, SharedLimit limit, long now) {
    Account account = accountOf(name, now);
    if (!account.limit().isOfKindOf(limit)) {
      throw otherKind(name, limit);
    }
    put(
        name,
        new Account(
            limit,
            Revision.after(account.revision(), now),
            account.longestCall(),
            account.pausedUntil(),
            account.lastNamed(),
            account.holdings()));
  }

  /**
   * Pauses a limit, or ends its pause; see {@link ManagedLeaseStore#pause}.
   *
   * @throws IllegalArgumentException if no instance ever named it
   */
  public void pause(String name, Duration pause, long now) {
    Account account = accountOf(name, now);
    put(
        name,
        new Account(
            account.limit(),
            account.revision(),
            account.longestCall(),
            now + checkPause(pause).toNanos(),
            account.lastNamed(),
            account.holdings()));
  }

  /**
   * Returns the pause, if one may be so long.
   *
   * @throws IllegalArgumentException if it is negative or more than 400 days
   */
  public static Duration checkPause(Duration pause) {
    return Checks.duration("pause", pause);
  }

  /** Returns why a limit cannot be changed to one that rests where it did not, or the reverse. */
  public static IllegalArgumentException otherKind(String name, SharedLimit limit) {
    return new IllegalArgumentException(
        "limit '"
            + name
            + (limit.rest().isZero()
                ? "' has slots that rest, and cannot become one of concurrency (rest PT0S): "
                : "' is one of concurrency, and cannot become one that rests "
                    + limit.rest()
                    + ": ")
            + "instances that run could not follow. Fix: keep "
            + (limit.rest().isZero() ? "a rest of more than PT0S" : "the rest at PT0S")
            + ", or define it so in the code of all instances.");
  }

  private Account accountOf(String name, long now) {
    forget(now);
    Account account = accounts.get(name);
    if (account == null) {
      throw new IllegalArgumentException("no limit '" + name + "' is known here.");
    }
    return account;
  }

  /** Returns what it knows, for people; see {@link ManagedLeaseStore#snapshot}. */
  public LedgerSnapshot snapshot(Duration length, long now) {
    forget(now);
    List<LedgerSnapshot.OfLimit> limits = new ArrayList<>();
    accounts.forEach(
        (name, account) -> {
          List<LedgerSnapshot.Share> shares = new ArrayList<>();
          account
              .holdings()
              .forEach(
                  (instance, of) ->
                      shares.add(
                          new LedgerSnapshot.Share(
                              instance, of.held(), of.use(), nanos(of.leaseEnd() - now))));
          limits.add(
              new LedgerSnapshot.OfLimit(
                  name,
                  account.limit(),
                  nanos(account.pausedUntil() - now),
                  nanos(learnsFor(account, length.toNanos(), now)),
                  shares));
        });
    return new LedgerSnapshot(epoch, limits);
  }

  private static Duration nanos(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos));
  }
}
