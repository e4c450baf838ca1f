package dev.throttle.remote.lease;

import dev.throttle.core.Limit;
import java.time.Duration;

/**
 * How long calls of this JVM take at most.
 *
 * @param maxCall what was said of all of them
 * @param refresh how late timers and executors may be
 */
record LongestCall(Duration maxCall, Duration refresh) {

  /** Returns the limit, whose calls are taken for complete after that time at the latest. */
  Limit bounding(Limit limit) {
    return limit.maxHold().compareTo(maxCall) > 0 ? limit.withMaxHold(maxCall) : limit;
  }

  /**
   * Returns how long after its grant the provider has surely counted a call, for who goes by when
   * the lease ended. Where that goes by {@code countedWithin}, the time before it is sent does not
   * count, which may be as long again before it must ask anew; and a late timer is no call.
   */
  Duration countedWithin(Limit limit) {
    Duration counted = limit.countedWithin();
    return counted == null
        ? bounding(limit).maxHold()
        : Checks.atMostLongest(counted.multipliedBy(2).plus(refresh));
  }
}
