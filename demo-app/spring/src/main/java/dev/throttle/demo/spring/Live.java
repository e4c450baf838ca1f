package dev.throttle.demo.spring;

import java.util.List;

/**
 * What the page shows.
 *
 * @param ended whether this is the last of it
 * @param errands how many answers the clients want
 * @param done how many they have, or have given up
 * @param calls that came to the provider, retries too
 * @param refused how many of them it answered 429
 * @param strangerCalls calls of the stranger that it counted
 * @param limit calls per period that the shop allows over everything
 * @param ours calls of ours that its limit over everything counted within its last period
 * @param strangers the same of the stranger
 * @param buckets all buckets of the application, by name
 * @param clients each kind of client
 */
record Live(
    boolean ended,
    int errands,
    int done,
    int calls,
    int refused,
    long strangerCalls,
    int limit,
    int ours,
    int strangers,
    List<OfBucket> buckets,
    List<OfClient> clients) {

  /**
   * One bucket.
   *
   * @param name its name
   * @param limit in words
   * @param permits per period
   * @param inUse permits held by calls or not back yet; also what the provider said that others use
   * @param waiting calls that wait
   * @param p50Millis the wait that half of the last seconds' calls did not exceed
   * @param p99Millis the same of 99 %
   * @param pausedMillis how long it still grants nothing
   */
  record OfBucket(
      String name,
      String limit,
      int permits,
      int inUse,
      int waiting,
      long p50Millis,
      long p99Millis,
      long pausedMillis) {}

  /**
   * One kind of client.
   *
   * @param name as people call it
   * @param done errands that it has done or given up
   * @param retried how many of them it did with more than one attempt
   * @param failed how many it gave up
   * @param breaker the state of its circuit breaker
   */
  record OfClient(String name, long done, long retried, long failed, String breaker) {}
}
