package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The talk with the ledger: when it is asked, what it is told, and what comes of its answer.
 *
 * <h2>Turns</h2>
 *
 * Looking, asking, taking an answer and leaving are turns, which run {@link OneByOne one after
 * another} and alone touch what is leased. So slots are lowered before it is looked what is in use,
 * and nothing raises them between that and the request that says so. No lock is held in a turn: the
 * store, listeners, and executors that run calls in the thread that grants them may do what they
 * like, also call back. If one of them blocks, no more turns are taken, and the leases end.
 *
 * <p>Timers of the JVM have one thread. So that no store can block it, it is called on a thread of
 * its own, and not called again before it has returned. While it blocks, looks go on but for
 * asking.
 */
final class Renewals {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  private static final int MOST_REASONS = 10;

  private final LeaseStore store;
  private final TimeSource time;
  private final Executor callers;
  private final String instance;
  private final long refreshNanos;
  private final long soonNanos;
  private final Unreachable policy;
  private final Leases leases;

  private final OneByOne turns = new OneByOne();
  private final AtomicBoolean lookIsDue = new AtomicBoolean();
  private volatile boolean closed;
  private volatile TimeSource.@Nullable Timer ticking;

  /** Whether the store is being called; written by turns, and by who calls it. */
  private volatile boolean calling;

  // ---- touched only by turns

  private String epoch = "";
  private long number;
  private @Nullable Asked inFlight;
  private long lengthNanos;
  private long timeoutNanos;
  private long patienceNanos;

  /** Before that it is not asked again, since it failed. */
  private long retryAt;

  private long lastAnswer;

  /** Why it did not answer, since it did last. */
  private final Set<String> warnedOf = new HashSet<>();

  private boolean warnedOfRefresh;
  private final Alone alone;

  Renewals(
      LeaseStore store,
      TimeSource time,
      Executor callers,
      String people,
      Duration refresh,
      Unreachable policy,
      Leases leases) {
    this.store = store;
    this.time = time;
    this.callers = callers;
    this.instance = people + "-" + UUID.randomUUID();
    this.policy = policy;
    this.leases = leases;
    this.refreshNanos = refresh.toNanos();
    this.soonNanos = Math.max(1, refreshNanos / 16);
    this.lengthNanos = 16 * refreshNanos; // until the ledger has said
    this.alone = new Alone(policy, refreshNanos, lengthNanos);
    this.timeoutNanos = refreshNanos;
    this.patienceNanos = soonNanos;
    this.retryAt = time.nanos();
    this.lastAnswer = time.nanos() - refreshNanos;
  }

  /** A request, of which limits it speaks, when it was made, and until when it may be answered. */
  private record Asked(LeaseRequest request, List<Leased> of, long since, long until) {}

  void start() {
    ticking = time.schedule(soonNanos, this::tick);
  }

  /** Gives all back that is not in use, and tells the ledger so, as the last word. */
  void leave() {
    closed = true;
    TimeSource.Timer next = ticking;
    if (next != null) {
      next.cancel(); // at worst one more comes, and does nothing
    }
    turns.run(() -> ask(time.nanos(), true));
  }

  /** Runs something where the store is called, after all that it was to be asked so far. */
  void afterAsking(Runnable task) {
    turns.run(() -> callers.execute(task)); // a turn, since another may have yet to ask
  }

  // ---- when to ask

  private void tick() {
    if (closed) {
      return;
    }
    start();
    // A look that waits for a store to return comes before its answer, and must not ask again.
    boolean mayAsk = !calling;
    if (lookIsDue.compareAndSet(false, true)) {
      turns.run(() -> look(mayAsk));
    }
  }

  private void look(boolean mayAsk) {
    lookIsDue.set(false);
    if (closed) {
      return;
    }
    long now = time.nanos();
    leases.all().forEach(one -> one.noteRefused(now, refreshNanos, lengthNanos));
    if (alone.isAlone() || now - leases.end() >= 0) {
      leases.goOnAlone(alone, now);
    }
    if (calling) {
      warnIfItBlocks(now);
    } else if (mayAsk) {
      askIfDue(now);
    }
  }

  private void askIfDue(long now) {
    if (inFlight == null) {
      if (isDue(now)) {
        ask(now, false);
      }
    } else if (now - inFlight.until >= 0) {
      timeoutNanos = Math.max(refreshNanos, Math.min(2 * timeoutNanos, lengthNanos / 4));
      ask(now, false);
    }
  }

  private boolean isDue(long now) {
    List<Leased> leased = leases.all();
    boolean mayWant = !alone.isStrange(now);
    boolean soon = now - (lastAnswer + patienceNanos) >= 0;
    boolean late = now - (lastAnswer + refreshNanos) >= 0;
    return now - retryAt >= 0
        && ((soon && leased.stream().anyMatch(one -> one.hasNews(mayWant, now, soonNanos)))
            || (late && leased.stream().anyMatch(one -> one.isUsed() || alone.hasToShow(now))));
  }

  /**
   * Says what is in use and wanted. One that was not answered is not sent again, since it would not
   * be true any more: whether it was heard or not, the next one says how it is.
   */
  private void ask(long now, boolean leaving) {
    List<Leased> all = List.copyOf(leases.all());
    // What is not wanted is given back before what is in use is looked at: nobody can take it then.
    for (Leased one : all) {
      if (leaving) {
        one.end(false);
      } else if (!alone.isAlone()) {
        one.giveBack();
      }
    }
    leases.apply(all);
    if (leaving) {
      leases.cancelEnd();
    }
    alone.asked(now);
    boolean wantsNothing = leaving || alone.isStrange(now);
    Duration heldLonger = Duration.ofNanos(alone.heldLongerNanos());
    List<LeaseRequest.Account> accounts = new ArrayList<>();
    for (Leased one : all) {
      accounts.add(one.account(wantsNothing, alone.isAlone(), heldLonger, now, soonNanos));
    }
    number++;
    LeaseRequest request =
        new LeaseRequest(instance, number, epoch, accounts, alone.mustBeTold(), leaving);
    inFlight = new Asked(request, all, now, now + timeoutNanos);
    send(inFlight);
  }

  private void send(Asked asked) {
    calling = true;
    try {
      callers.execute(() -> call(asked));
    } catch (RejectedExecutionException e) {
      calling = false;
      failed(asked, e);
    }
  }

  private void call(Asked asked) {
    try {
      store
          .renew(asked.request)
          .whenComplete((answer, failure) -> turns.run(() -> heard(asked, answer, failure)));
    } catch (RuntimeException | Error e) {
      turns.run(() -> heard(asked, null, e));
    } finally {
      calling = false;
    }
  }

  // ---- what comes of it

  private void heard(Asked asked, @Nullable LeaseAnswer answer, @Nullable Throwable failure) {
    if (closed || inFlight == null || inFlight.request.number() != asked.request.number()) {
      return; // it came too late: the ledger has been told something else since
    }
    if (answer == null) {
      failed(asked, failure);
    } else if (!answers(answer, asked.request)) {
      failed(asked, new IllegalArgumentException("it does not answer the request: " + answer));
    } else {
      answered(asked, answer);
    }
  }

  private static boolean answers(LeaseAnswer answer, LeaseRequest request) {
    return answer.leases().stream()
        .map(LeaseAnswer.Lease::name)
        .toList()
        .equals(request.accounts().stream().map(LeaseRequest.Account::name).toList());
  }

  /**
   * It is asked again soon, since it may be back at once; but no more often than when all is well
   * for as long as that lasts. To leave alone for longer what fails again and again is for the
   * {@link Circuit}, which sees all requests of a store; asking one that is open costs nothing.
   */
  private void failed(Asked asked, @Nullable Throwable failure) {
    inFlight = null;
    retryAt = time.nanos() + patienceNanos;
    patienceNanos = Math.max(soonNanos, Math.min(2 * patienceNanos, refreshNanos));
    warn(asked, String.valueOf(failure));
  }

  private void warnIfItBlocks(long now) {
    if (inFlight != null && now - inFlight.until >= 0) {
      warn(
          inFlight,
          "its store blocks in renew, which should return at once and answer by its future, within"
              + " a time-out; until it returns nothing can be asked");
    }
  }

  /** Warns of each reason once, until it answers again; numbers in it make no other reason. */
  private void warn(Asked asked, String why) {
    if (warnedOf.size() < MOST_REASONS && warnedOf.add(why.replaceAll("\\d+", ""))) {
      LOG.warn(
          "The ledger of shared limits did not answer request {}: {}. Leases that end before it does"
              + " are not renewed, and then {}.",
          asked.request.number(),
          why,
          Alone.words(policy));
    }
  }

  private void answered(Asked asked, LeaseAnswer answer) {
    long now = time.nanos();
    inFlight = null;
    warnedOf.clear();
    timeoutNanos = refreshNanos;
    lastAnswer = now;
    boolean forgotten = !epoch.isEmpty() && !epoch.equals(answer.epoch());
    epoch = answer.epoch();
    if (alone.isAlone()) {
      leases.endAll(false); // also of what the request did not speak of
      leases.apply(leases.all());
    }
    alone.answered(answer, asked.request.alone(), asked.since, leases.end(), forgotten, now);
    lengthNanos = answer.length().toNanos();
    warnIfTooShort();
    // Clocks of two machines may run at somewhat different rates, and threads are late.
    long margin = lengthNanos / 1_000 + Math.min(soonNanos, lengthNanos / 16);
    leases.endAt(asked.since + lengthNanos - margin, now);
    boolean inVain = false;
    for (int i = 0; i < asked.of.size(); i++) {
      LeaseAnswer.Lease lease = answer.leases().get(i);
      LeaseRequest.Account account = asked.request.accounts().get(i);
      Leased one = asked.of.get(i);
      inVain |= lease.slots() < account.use().wanted();
      one.lend(lease, account.held(), now, refreshNanos, lengthNanos);
      Leases.attempt(
          one.bucket,
          () -> one.follow(lease, account.pause(), asked.since, forgotten, now, soonNanos));
    }
    patienceNanos = inVain ? Math.min(2 * patienceNanos, refreshNanos) : soonNanos;
    leases.apply(asked.of);
  }

  private void warnIfTooShort() {
    boolean tooShort = lengthNanos < 2 * refreshNanos;
    if (!warnedOfRefresh && (tooShort || !Alone.isSafe(policy, refreshNanos, lengthNanos))) {
      warnedOfRefresh = true;
      LOG.warn(
          "Leases of shared limits are {} long, but are renewed each {}: {}.",
          Duration.ofNanos(lengthNanos),
          Duration.ofNanos(refreshNanos),
          tooShort
              ? "a single lost message ends them. Set refresh to a quarter of their length at most"
              : "this instance will have no share while the ledger does not answer. Set refresh to"
                  + " an eighth of their length at most");
    }
  }
}
