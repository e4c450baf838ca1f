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
    return new SharedLimit(limit.permits(), restOf(limit));
  }

  /** Returns the same of a limit that may have been changed to one that rests for too long. */
  static SharedLimit asFarAsSayable(Limit limit) {
    return new SharedLimit(limit.permits(), Checks.atMostLongest(restOf(limit)));
  }

  private static Duration restOf(Limit limit) {
    return limit.period().isZero() ? Duration.ZERO : limit.period().plus(limit.guard());
  }

  /** Returns whether both are limits of concurrency, or both are not. */
  boolean isOfKindOf(SharedLimit other) {
    return rest.isZero() == other.rest.isZero();
  }

  /** Returns whether it is the same, but for what a store that counts in microseconds rounds. */
  boolean isAbout(SharedLimit other) {
    return permits == other.permits
        && rest.minus(other.rest).abs().compareTo(Duration.ofNanos(1_000)) < 0;
  }

  String inWords() {
    return rest.isZero()
        ? permits + " at once"
        : permits + (permits == 1 ? " slot that rests " : " slots that rest ") + rest;
  }

  /**
   * Returns a limit with the numbers of this one, as far as it can have them: the length of windows
   * that begin at fixed times stays, and a limit of concurrency has no rest.
   */
  Limit appliedTo(Limit limit) {
    Limit changed = limit.permits() == permits ? limit : limit.withPermits(permits);
    boolean sliding = limit.windows() == null && !rest.isZero();
    return sliding && rest.compareTo(limit.guard()) > 0
        ? changed.withPeriod(rest.minus(limit.guard()))
        : changed;
  }
}
