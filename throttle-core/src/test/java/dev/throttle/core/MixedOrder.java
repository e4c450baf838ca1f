package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who goes before whom, as far as the record of a {@link MixedHistory} tells: by priority, but a
 * lower one that was passed over often enough is due; then as they came.
 *
 * <p>One that has moved to and fro for long insists: it yields to older calls only, whatever their
 * priority, and where it is another priority's turn not even to those of its own. Whether a call
 * does is not on record; one of several limits may. With fair keys {@link FairTest} says who goes
 * first within a priority.
 */
final class MixedOrder {

  private final List<MixedCall> record;
  private final Predicate<Account> holdsUp;
  private final boolean fair;

  /** Grants to those that were due. */
  int due;

  MixedOrder(List<MixedCall> record, Predicate<Account> holdsUp, boolean fair) {
    this.record = record;
    this.holdsUp = holdsUp;
    this.fair = fair;
  }

  /** To be asked at a grant. */
  void assertThatItWasItsTurn(MixedCall granted) {
    for (MixedCall other : record) {
      if (other != granted && other.isWaiting() && goesBefore(other, granted)) {
        throw new AssertionError(granted + " overtook " + other);
      }
    }
  }

  /** Returns whether a call that waits surely goes before one that was granted. */
  private boolean goesBefore(MixedCall other, MixedCall granted) {
    boolean older = other.number < granted.number;
    if (other.place.equals(granted.place)) {
      return older;
    }
    if (!new HashSet<>(granted.accounts).containsAll(other.accounts)
        || !other.accounts.stream().allMatch(holdsUp)) {
      return false;
    }
    boolean mayInsist = !granted.hasOneLimit();
    if (other.level() == granted.level()) {
      return older && !fair && !(mayInsist && isAnotherPriorityAt(other));
    }
    return other.level() > granted.level()
        && !mayInsist
        && other.accounts.stream().noneMatch(account -> account.mayBeDue(granted.level()));
  }

  private boolean isAnotherPriorityAt(MixedCall call) {
    return record.stream()
        .anyMatch(
            other ->
                other.isWaiting()
                    && other.level() != call.level()
                    && !Collections.disjoint(other.accounts, call.accounts));
  }

  /** Returns whether the first call of a line at a bucket may have to go before another there. */
  boolean mayGoBefore(MixedCall head, MixedCall waiting, Account account) {
    boolean older = head.number < waiting.number;
    if (head.level() == waiting.level()) {
      return fair || older;
    }
    boolean mayInsist = !waiting.hasOneLimit();
    return head.level() > waiting.level() || account.mayBeDue(head.level()) || (mayInsist && older);
  }

  // ---- passes

  /** Counts a grant at one of its buckets. */
  void count(MixedCall granted, Account account) {
    int level = granted.level();
    due += account.mayBeDue(level) ? 1 : 0;
    forgetPasses(account);
    account.passesAtMost[level] = 0;
    account.passesAtLeast[level] = 0;
    for (int lower = 0; lower < level; lower++) {
      account.passesAtMost[lower] += waits(account, lower, false) ? 1 : 0;
      account.passesAtLeast[lower] += waits(account, lower, true) ? 1 : 0;
      if (granted.hasOneLimit() && holdsUp.test(account)) {
        assertThat(account.passesAtLeast[lower])
            .as("passes of those of priority %d by %s", lower, granted)
            .isLessThanOrEqualTo(Account.MOST_PASSES);
      }
    }
  }

  /** Passes are forgotten with those who were passed. */
  void forgetPasses(Account account) {
    for (int level = 0; level < account.passesAtMost.length; level++) {
      if (account.passesAtMost[level] > 0 && !waits(account, level, false)) {
        account.passesAtMost[level] = 0;
      }
      if (account.passesAtLeast[level] > 0 && !waits(account, level, true)) {
        account.passesAtLeast[level] = 0;
      }
    }
  }

  private boolean waits(Account account, int level, boolean nowhereElse) {
    for (MixedCall call : record) {
      if (call.isWaiting()
          && call.level() == level
          && call.accounts.contains(account)
          && (!nowhereElse || call.hasOneLimit())) {
        return true;
      }
    }
    return false;
  }
}
