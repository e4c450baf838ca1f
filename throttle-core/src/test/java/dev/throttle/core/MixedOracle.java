package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says from the record of a {@link MixedHistory} whether the promises were kept: what the {@link
 * Ledger} of each limit says at each grant, who goes first, who waits in vain, how each call ends,
 * and what a bucket says of itself.
 *
 * <p>Like {@link Oracle} it looks into the waiting room for one thing only: who is parked where,
 * since that is what may keep another from a free slot.
 */
final class MixedOracle {

  private final FakeTime time;
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Map<String, Mode> modes = new HashMap<>();
  private final Map<Ledger, Long> mostInUse = new HashMap<>();
  private boolean off;

  final List<MixedCall> record = new ArrayList<>();

  /** What has happened so far that a prediction cannot know. */
  long surprises;

  final MixedOrder order;

  /** Grants by limits that hold up, and beyond the limit of those that do not. */
  int ordinary;

  int beyond;

  /** Calls that were said to have to wait. */
  int predictions;

  /**
   * @param fair whether some calls have fair keys
   */
  MixedOracle(FakeTime time, boolean fair) {
    this.time = time;
    order = new MixedOrder(record, this::holdsUp, fair);
  }

  // ---- what happens

  /** Adds an account unless there is one. */
  void add(Account account) {
    accounts.putIfAbsent(account.toString(), account);
  }

  Account account(String name, @Nullable Object key) {
    return Objects.requireNonNull(accounts.get(Account.id(name, key)));
  }

  List<Account> accounts() {
    return List.copyOf(accounts.values());
  }

  /** To be told before a call asks. */
  void asks(MixedCall call, boolean predict) {
    record.add(call);
    call.surprisesBefore = surprises;
    if (predict) {
      call.predicted = call.throttle().predict().toNanos();
      predictions += call.predicted > 0 ? 1 : 0;
    }
  }

  void adjust(MixedCall call, List<Account> of, int actual) {
    surprises++;
    for (Account account : of) {
      account.ledgers.forEach(ledger -> ledger.adjust(call, actual));
    }
  }

  /** To be told before a permit is completed or given back. */
  void ends(MixedCall call, boolean givenBack) {
    call.endedAt = time.elapsed();
    call.givenBack = givenBack;
    if (givenBack) {
      call.charges.keySet().forEach(ledger -> ledger.giveBack(call));
    }
    boolean tookTooMuch = call.charges.values().stream().anyMatch(c -> c.actual < c.held);
    surprises += givenBack || tookTooMuch ? 1 : 0;
  }

  void resume(Account account) {
    surprises++;
    account.pausedUntil = 0;
  }

  void change(Account account, List<Limit> limits) {
    surprises++;
    for (int i = 0; i < limits.size(); i++) {
      account.ledgers.get(i).change(limits.get(i));
    }
  }

  void change(String name, Mode mode) {
    surprises++;
    modes.put(name, mode);
  }

  Mode mode(String name) {
    return modes.getOrDefault(name, Mode.WAIT);
  }

  void switchOff(boolean off) {
    surprises++;
    this.off = off;
  }

  boolean holdsUp(Account account) {
    return !off && mode(account.name) != Mode.SHADOW;
  }

  private boolean rejects(MixedCall call) {
    return !off && call.accounts.stream().anyMatch(a -> mode(a.name) == Mode.REJECT);
  }

  private boolean isPaused(Account account) {
    return time.elapsed() < account.pausedUntil;
  }

  // ---- a grant

  /** To be told of each grant, in their order. */
  void granted(MixedCall call) {
    assertThat(call.isGranted()).as("granted twice: %s", call).isFalse();
    order.assertThatItWasItsTurn(call);
    for (Account account : call.accounts) {
      if (holdsUp(account)) {
        assertThatThereWasRoom(call, account);
        ordinary++;
      } else if (!hasRoom(call, account)) {
        beyond++;
      }
    }
    call.grantedAt = time.elapsed();
    int dueBefore = order.due;
    for (Account account : call.accounts) {
      order.count(call, account);
      account.ledgers.forEach(ledger -> ledger.charge(call, call.cost(account)));
    }
    mostInUse.clear();
    surprises += order.due > dueBefore ? 1 : 0; // one that is due may take from the reserve
    if (call.surprisesBefore == surprises) {
      long coarseness = call.charges.keySet().stream().mapToLong(Ledger::coarseness).sum();
      assertThat(call.grantedAt - call.askedAt + coarseness)
          .as("waited less than was predicted: %s", call)
          .isGreaterThanOrEqualTo(call.predicted);
    }
  }

  private boolean hasRoom(MixedCall call, Account account) {
    return account.ledgers.stream()
        .allMatch(ledger -> ledger.mustCount() + call.cost(account) <= ledger.capacity(true));
  }

  private void assertThatThereWasRoom(MixedCall call, Account account) {
    assertThat(isPaused(account)).as("granted by %s in its pause: %s", account, call).isFalse();
    boolean mayUseReserve = call.isHigh() || account.mayBeDue(call.level());
    for (Ledger ledger : account.ledgers) {
      assertThat(ledger.mustCount() + call.cost(account))
          .as("%s of %s may count with %s", ledger.limit(), account, call)
          .isLessThanOrEqualTo(ledger.capacity(mayUseReserve));
      assertThat(ledger.isSpaced())
          .as("%s of %s spaces %s", ledger.limit(), account, call)
          .isTrue();
    }
  }

  // ---- all capacity is used

  /** To be asked after each event: nobody waits who could go, or whose time is over. */
  void assertThatNobodyWaitsInVain() {
    mostInUse.clear();
    accounts.values().forEach(order::forgetPasses);
    for (MixedCall waiting : record) {
      if (waiting.isWaiting()) {
        assertThat(time.elapsed() - waiting.askedAt)
            .as("waits beyond its maxWait: %s", waiting)
            .isLessThan(waiting.maxWaitNanos);
        if (waiting.accounts.stream().allMatch(account -> surelyLets(account, waiting))
            && !isBehindSomebody(waiting)) {
          throw new AssertionError(
              "at " + time.elapsed() + " waits although all its buckets have room: " + waiting);
        }
      }
    }
  }

  private boolean surelyLets(Account account, MixedCall call) {
    return !holdsUp(account)
        || (!isPaused(account)
            && account.ledgers.stream()
                .allMatch(
                    ledger ->
                        mostInUse(ledger) + call.cost(account) <= ledger.capacity(call.isHigh())
                            && ledger.isSurelySpaced()));
  }

  private long mostInUse(Ledger ledger) {
    return mostInUse.computeIfAbsent(ledger, Ledger::mayHold);
  }

  /** Somebody who may go first is parked at one of its buckets and lacks room there, or insists. */
  private boolean isBehindSomebody(MixedCall waiting) {
    for (int i = 0; i < waiting.accounts.size(); i++) {
      Account account = waiting.accounts.get(i);
      if (holdsUp(account)) {
        for (Line line : TestBuckets.parkedAt(waiting.buckets().get(i))) {
          MixedCall head = Oracle.askedOf(Objects.requireNonNull(line.first), record);
          if (head != waiting
              && (line.insistent
                  || (!surelyLets(account, head) && order.mayGoBefore(head, waiting, account)))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // ---- endings

  void refused(MixedCall call, ThrottledException refusal, boolean inCall) {
    call.refusedAt = time.elapsed();
    call.refusal = refusal.reason();
    call.refusedInCall = inCall;
    surprises += inCall ? 0 : 1;
    if (inCall) {
      call.predicted = call.throttle().predict().toNanos();
    }
    assertThat(call.isGranted()).as("granted before: %s", call).isFalse();
    assertThat(isRight(call, inCall)).as("%s, %s", refusal, call).isTrue();
  }

  private boolean isRight(MixedCall call, boolean inCall) {
    return switch (Objects.requireNonNull(call.refusal)) {
      case MAX_WAIT ->
          rejects(call)
              || (inCall
                  ? call.maxWaitNanos == 0 || call.predicted > call.maxWaitNanos
                  : call.refusedAt - call.askedAt == call.maxWaitNanos);
      case COST -> call.accounts.stream().anyMatch(account -> costsTooMuch(call, account));
      case MAX_QUEUE -> inCall && call.accounts.stream().anyMatch(a -> waiting(a) >= a.maxQueue);
      default -> false;
    };
  }

  private boolean costsTooMuch(MixedCall call, Account account) {
    return holdsUp(account)
        && account.ledgers.stream()
            .anyMatch(ledger -> call.cost(account) > ledger.capacity(call.isHigh()));
  }

  private long waiting(Account account) {
    return record.stream().filter(c -> c.isWaiting() && c.accounts.contains(account)).count();
  }

  // ---- what a bucket says of itself

  void assertThatItIsSaid(Account account, Snapshot said) {
    assertThat(said.bucket()).isEqualTo(account.name);
    assertThat(said.mode()).isEqualTo(mode(account.name));
    assertThat(said.waiting()).as("waiting: %s", account).isEqualTo((int) waiting(account));
    assertThat(said.pausedFor())
        .as("pause of %s", account)
        .isEqualTo(
            account.pausedUntil == Nanos.FOR_EVER
                ? Duration.ofNanos(Nanos.FOR_EVER)
                : Duration.ofNanos(Math.max(0, account.pausedUntil - time.elapsed())));
    assertThat(said.limits()).hasSameSizeAs(account.ledgers);
    for (int i = 0; i < account.ledgers.size(); i++) {
      Ledger ledger = account.ledgers.get(i);
      Snapshot.OfLimit limit = said.limits().get(i);
      assertThat(limit.limit()).isEqualTo(ledger.limit());
      assertThat((long) limit.inUse())
          .as("in use of %s of %s", ledger.limit(), account)
          .isBetween(ledger.mustCount(), ledger.mayHold());
    }
  }

  /** A bucket that its key leads to no more is one in which nothing is in use. */
  void assertThatItIsIdle(Account account) {
    assertThat(account.ledgers)
        .as("forgotten: %s", account)
        .allMatch(ledger -> ledger.mustCount() == 0);
    assertThat(waiting(account)).as("waiting for forgotten %s", account).isZero();
    assertThat(isPaused(account)).as("forgotten in its pause: %s", account).isFalse();
  }

  /** A newcomer is refused only where so many others are in use. */
  void assertThatKeysAreInUse(ThrottledException refusal, int maxKeys) {
    assertThat(refusal.reason()).isEqualTo(ThrottledException.Reason.MAX_KEYS);
    assertThat(
            accounts.values().stream()
                .filter(a -> a.name.equals(refusal.bucket()) && !isSurelyIdle(a))
                .count())
        .as("keys in use: %s", refusal)
        .isGreaterThanOrEqualTo(maxKeys);
  }

  boolean isSurelyIdle(Account account) {
    return !isPaused(account)
        && waiting(account) == 0
        && account.ledgers.stream().allMatch(ledger -> ledger.mayHold() == 0);
  }
}
