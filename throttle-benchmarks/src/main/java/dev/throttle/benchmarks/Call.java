package dev.throttle.benchmarks;

/**
 * One call, as provider and client saw it.
 *
 * @param countedNanos when the provider counted it
 * @param accepted whether the provider answered anything but 429
 * @param roundTripNanos from the limiter's grant until the client had the answer
 */
record Call(long countedNanos, boolean accepted, long roundTripNanos) {}
