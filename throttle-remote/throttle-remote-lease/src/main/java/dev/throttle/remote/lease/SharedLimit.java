package dev.throttle.remote.lease;

import dev.throttle.core.Limit;
import dev.throttle.core.Windows;
import java.time.Duration;

/**
 * A limit as a ledger counts it. Only durations and numbers: a ledger knows no more of time than
 * how much has passed.
 *
 * @param permits how many slots there are, at least 1
 * @param rest how long a slot rests after its call is complete; zero for a limit of concurrency. At
 *     most 400 days
 * @param maxCall how long after its grant a call is complete at the latest; more than zero, at most
 *     400 days
 */
public record SharedLimit(int permits, Duration rest, Duration maxCall) {

  public SharedLimit {
    if (permits < 1) {
      throw new IllegalArgumentException("permits must be at least 1, but were " + permits + ".");
    }
    Checks.duration("rest", rest);
    Checks.positive("maxCall", maxCall);
  }

  /**
   * Returns what a limit comes to, of whatever algorithm, if it is one that can be leased.
   *
   * @throws IllegalArgumentException for a quota of the calendar, whose windows differ in length
   */
  static SharedLimit of(Limit limit) {
    Windows windows = limit.windows();
    if (windows != null && windows.calendar() != null) {
      throw new IllegalArgumentException(
          "a calendar quota cannot be shared, but was "
              + limit
              + ": a ledger counts by durations, and its windows differ in length. Use a sliding"
              + " window as long as the longest of them.");
    }
    Duration counted = limit.countedWithin();
    return new SharedLimit(
        limit.permits(),
        limit.period().isZero() ? Duration.ZERO : limit.period().plus(limit.guard()),
        counted == null ? limit.maxHold() : counted);
  }

  /** Returns a limit with the numbers of this one. */
  Limit appliedTo(Limit limit) {
    Limit changed = limit.permits() == permits ? limit : limit.withPermits(permits);
    boolean sliding = limit.windows() == null && !rest.isZero();
    return sliding && rest.compareTo(limit.guard()) > 0
        ? changed.withPeriod(rest.minus(limit.guard()))
        : changed;
  }

  /** Returns how long after the end of a lease its slots are free, if nothing is heard of them. */
  Duration restOfTheLost() {
    return maxCall.plus(rest);
  }
}
