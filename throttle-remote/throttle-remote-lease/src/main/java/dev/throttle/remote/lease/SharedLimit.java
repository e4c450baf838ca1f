package dev.throttle.remote.lease;

import dev.throttle.core.Limit;
import java.time.Duration;

/**
 * A limit as a ledger counts it. Only durations and numbers: a ledger knows no more of time than
 * how much has passed.
 *
 * @param permits how many slots there are, at least 1
 * @param rest how long a slot rests after its call is complete; zero for a limit of concurrency. At
 *     most 400 days
 */
public record SharedLimit(int permits, Duration rest) {

  public SharedLimit {
    if (permits < 1) {
      throw new IllegalArgumentException("permits must be at least 1, but were " + permits + ".");
    }
    Checks.duration("rest", rest);
  }

  /** Returns what a limit comes to that can be leased. */
  static SharedLimit of(Limit limit) {
    return new SharedLimit(
        limit.permits(),
        limit.period().isZero() ? Duration.ZERO : limit.period().plus(limit.guard()));
  }

  /** Returns a limit with the numbers of this one. */
  Limit appliedTo(Limit limit) {
    Limit changed = limit.permits() == permits ? limit : limit.withPermits(permits);
    boolean sliding = limit.windows() == null && !rest.isZero();
    return sliding && rest.compareTo(limit.guard()) > 0
        ? changed.withPeriod(rest.minus(limit.guard()))
        : changed;
  }
}
