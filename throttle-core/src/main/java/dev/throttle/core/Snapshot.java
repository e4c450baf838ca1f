package dev.throttle.core;

import java.time.Duration;
import java.util.List;

/**
 * What a bucket looked like at one instant.
 *
 * @param bucket its name
 * @param limits the bucket's limits, in the order of definition; at least one
 * @param waiting how many calls wait that will pass it
 * @param mode what it does with calls for which it has no permit
 * @param pausedFor how long it still grants nothing; zero if it is not paused
 */
public record Snapshot(
    String bucket, List<OfLimit> limits, int waiting, Mode mode, Duration pausedFor) {

  /** Returns the least number of free permits; never negative. */
  public int free() {
    return limits.stream().mapToInt(OfLimit::free).min().orElse(0);
  }

  /** Returns the time after which each limit has a permit, as far as time alone brings it. */
  public Duration nextPermitIn() {
    return limits.stream()
        .map(OfLimit::nextPermitIn)
        .reduce(pausedFor, (a, b) -> a.compareTo(b) < 0 ? b : a);
  }

  /**
   * One limit.
   *
   * @param limit the limit
   * @param leased the permits of this process: all, or those that it has a {@linkplain Bucket#lease
   *     lease} of
   * @param inUse permits held by calls or not back yet; above the limit after it was lowered, in
   *     shadow mode, or where calls cost more than they had said
   * @param awaited permits that the calls take which wait for this limit; of those that wait for
   *     another one, what one of them takes
   * @param dearest permits that the call takes which is next of those, or the next one of those
   *     that wait for another limit if that is more; zero if none waits
   * @param nextPermitIn zero if one is free; else the least time until one is if no call completes
   *     before: it may be that one in flight has to be given up after its maxHold
   */
  public record OfLimit(
      Limit limit, int leased, int inUse, long awaited, int dearest, Duration nextPermitIn) {

    /** Returns the permits that are free; never negative. */
    public int free() {
      return Math.max(0, leased - inUse);
    }
  }
}
