package dev.throttle.benchmarks;

/**
 * What one limiter of {@link SharedContender} did.
 *
 * @param limiter its label
 * @param tripsPerPermit requests to Redis over permits, where there is one permit a millisecond
 * @param permitsPerSecond as many as one thread gets
 * @param permitsPerSecondOfMany as many as many threads get
 */
record SharedRow(
    String limiter,
    double tripsPerPermit,
    double permitsPerSecond,
    double permitsPerSecondOfMany) {}
