package dev.throttle.core;

import dev.throttle.annotation.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is on record of one call of a {@link MixedHistory}. */
final class MixedCall extends Asked {

  final List<Account> accounts;
  final Priority priority;
  final @Nullable Object fairKey;

  /** Calls of the same place are served as they come. */
  final Object place;

  /** What it costs of each of the accounts. */
  final List<Integer> costs;

  /** What was predicted when it asked, and how much had happened that no one can predict. */
  long predicted;

  long surprisesBefore;

  /** What it has taken of each limit. */
  final Map<Ledger, Charge> charges = new HashMap<>();

  MixedCall(
      int number,
      Throttle throttle,
      List<Account> accounts,
      @Nullable Object fairKey,
      Object place,
      long askedAt) {
    super(number, throttle, throttle.maxWaitNanos, askedAt);
    this.accounts = accounts;
    this.fairKey = fairKey;
    this.place = place;
    priority = throttle.priority();
    costs = accounts.stream().map(account -> throttle.cost(account.name)).toList();
  }

  int cost(Account account) {
    return costs.get(accounts.indexOf(account));
  }

  boolean isHigh() {
    return priority == Priority.HIGH;
  }

  @SuppressWarnings("EnumOrdinal") // their order is what they are about
  int level() {
    return priority.ordinal();
  }

  boolean hasOneLimit() {
    return accounts.size() == 1 && accounts.get(0).ledgers.size() == 1;
  }

  Throttle throttle() {
    return Objects.requireNonNull(throttle, "throttle of a call that is over");
  }

  Permit permit() {
    return Objects.requireNonNull(permit, "permit of a call in flight");
  }

  /** Keeps no bucket from being forgotten for good. */
  void letGoIfDone() {
    if (!isInFlight() && !isWaiting()) {
      throttle = null;
      future = null;
      permit = null;
    }
  }

  @Override
  String what() {
    return "cost "
        + costs
        + " of "
        + accounts
        + " "
        + priority
        + (fairKey == null ? "" : " fair " + fairKey);
  }
}
