package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in memory: for one server, for tests, and as the model of all others.
 *
 * <p>Of each limit it knows how many slots each instance holds. The sum of what is held is never
 * above the limit but where an instance says that it holds more. An instance of which nothing is
 * heard holds what it held until its lease has ended, its last call is surely complete, and the
 * slots have rested. What is lent is a fair share by what is wanted: nobody gets more as long as
 * another gets less than it wants and less than he.
 */
public final class Ledger implements LeaseStore {

  private final TimeSource time;
  private final long lengthNanos;
  private final String epoch = UUID.randomUUID().toString();
  private final long learnsSince;
  private final boolean learns;
  private final Map<String, Instance> instances = new HashMap<>();
  private final Map<String, Account> accounts = new HashMap<>();

  /** Goes up each time that something is lent. */
  private long turns;

  private Ledger(TimeSource time, Duration length, boolean learns) {
    this.time = time;
    this.lengthNanos = Checks.positive("length of a lease", length).toNanos();
    this.learns = learns;
    this.learnsSince = time.nanos();
  }

  /**
   * Returns a ledger that knows of no instance, because there was none before.
   *
   * @param length how long leases are, more than zero, at most 400 days: so long instances go on if
   *     they cannot reach it, and so long it waits for those that have crashed
   */
  public static Ledger fresh(TimeSource time, Duration length) {
    return new Ledger(time, length, false);
  }

  /**
   * Returns a ledger in the place of one that was lost, whose leases had the same length. Until
   * what that had lent is surely free, it lends nobody more than he says that he holds.
   */
  public static Ledger afterLoss(TimeSource time, Duration length) {
    return new Ledger(time, length, true);
  }

  private static final class Instance {
    long number = -1;
    long leaseEnd;
    @Nullable LeaseAnswer answer;
  }

  private static final class Holding {
    int held;
    int wanted;

    /** At which turn it was last lent something, or else came. */
    long lastLent;

    Holding(long now) {
      lastLent = now;
    }
  }

  private static final class Account {
    SharedLimit limit;
    final Map<String, Holding> holdings = new HashMap<>();
    long pausedUntil;
    boolean paused;

    Account(SharedLimit limit) {
      this.limit = limit;
    }
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    try {
      return CompletableFuture.completedFuture(answer(request));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized LeaseAnswer answer(LeaseRequest request) {
    long now = time.nanos();
    forget(now);
    Instance instance = instances.computeIfAbsent(request.instance(), added -> new Instance());
    if (request.number() == instance.number && instance.answer != null) {
      return instance.answer;
    }
    if (request.number() < instance.number) {
      throw new IllegalArgumentException(
          "request "
              + request.number()
              + " of instance '"
              + request.instance()
              + "' comes after its request "
              + instance.number
              + ".");
    }
    instance.number = request.number();
    instance.leaseEnd = request.leaving() ? now : now + lengthNanos;
    List<LeaseAnswer.Lease> leases = new ArrayList<>();
    for (LeaseRequest.Account asked : request.accounts()) {
      leases.add(lend(asked, request, now));
    }
    LeaseAnswer answer =
        new LeaseAnswer(epoch, Duration.ofNanos(lengthNanos), liveInstances(now), leases);
    instance.answer = answer;
    return answer;
  }

  private LeaseAnswer.Lease lend(LeaseRequest.Account asked, LeaseRequest request, long now) {
    Account account = accounts.computeIfAbsent(asked.name(), added -> new Account(asked.limit()));
    Holding own =
        account.holdings.computeIfAbsent(request.instance(), added -> new Holding(++turns));
    own.held = asked.held();
    own.wanted = request.leaving() ? 0 : asked.wanted();
    int lent = Math.min(share(account, own, now), leftBeside(own, account));
    if (isLearning(account, now)) {
      lent = Math.min(lent, request.epoch().isEmpty() ? 0 : asked.held());
    }
    own.held = Math.max(own.held, lent);
    if (lent > 0) {
      own.lastLent = ++turns;
    }
    pause(account, asked.pause(), now);
    return new LeaseAnswer.Lease(asked.name(), lent, account.limit, pausedFor(account, now));
  }

  private static int leftBeside(Holding own, Account account) {
    long left = account.limit.permits();
    for (Holding other : account.holdings.values()) {
      left -= other == own ? 0 : other.held;
    }
    return (int) Math.max(0, left);
  }

  /**
   * Returns what is due to an instance: as much as it wants, or what is left to those who want more
   * when all have got the same. The last slots, too few for all of these, go to who had none for
   * longest.
   */
  private int share(Account account, Holding own, long now) {
    List<Holding> live = new ArrayList<>();
    account.holdings.forEach(
        (instance, holding) -> {
          if (isLive(instance, now)) {
            live.add(holding);
          }
        });
    int left = account.limit.permits();
    live.sort(Comparator.comparingInt(of -> of.wanted));
    int level = Integer.MAX_VALUE;
    for (int i = 0; i < live.size() && level == Integer.MAX_VALUE; i++) {
      int each = left / (live.size() - i);
      if (live.get(i).wanted > each) {
        level = each;
        left -= each * (live.size() - i);
      } else {
        left -= live.get(i).wanted;
      }
    }
    if (own.wanted <= level) {
      return own.wanted;
    }
    int most = level;
    long longer =
        live.stream().filter(of -> of.wanted > most && of.lastLent - own.lastLent < 0).count();
    return longer < left ? level + 1 : level;
  }

  private boolean isLive(String instance, long now) {
    Instance known = instances.get(instance);
    return known != null && known.leaseEnd - now > 0;
  }

  /** Who holds something is not forgotten. */
  private Instance known(String instance) {
    return Objects.requireNonNull(instances.get(instance), instance);
  }

  private int liveInstances(long now) {
    return (int) instances.values().stream().filter(of -> of.leaseEnd - now > 0).count();
  }

  private boolean isLearning(Account account, long now) {
    return learns && now - learnsSince < lengthNanos + account.limit.restOfTheLost().toNanos();
  }

  private void pause(Account account, Duration pause, long now) {
    if (!pause.isZero()) {
      long until = now + pause.toNanos();
      if (!account.paused || until - account.pausedUntil > 0) {
        account.paused = true;
        account.pausedUntil = until;
      }
    }
  }

  private Duration pausedFor(Account account, long now) {
    account.paused = account.paused && account.pausedUntil - now > 0;
    return account.paused ? Duration.ofNanos(account.pausedUntil - now) : Duration.ZERO;
  }

  /** Forgets whose last call is surely complete, and has rested. */
  private void forget(long now) {
    for (Account account : accounts.values()) {
      long rest = account.limit.restOfTheLost().toNanos();
      account.holdings.keySet().removeIf(of -> now - known(of).leaseEnd >= rest);
    }
    instances
        .keySet()
        .removeIf(
            of ->
                accounts.values().stream().noneMatch(in -> in.holdings.containsKey(of))
                    && !isLive(of, now));
  }

  /**
   * Changes a limit. Every instance follows with its next request; what it holds above that it
   * keeps until it is back.
   *
   * @throws IllegalArgumentException if no instance ever named it
   */
  public synchronized void change(String name, SharedLimit limit) {
    Account account = accounts.get(name);
    if (account == null) {
      throw new IllegalArgumentException("no limit '" + name + "' is known here.");
    }
    account.limit = limit;
  }
}
