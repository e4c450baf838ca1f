package dev.throttle.benchmarks;

import java.util.List;

/**
 * What a limiter keeps on the heap, with its entry in the map but without the key.
 *
 * @param keyBytes for each of many keys, after one call
 * @param buckets for a key of each size of limit
 */
record MemoryRow(String limiter, double keyBytes, List<OfSize> buckets) {

  /**
   * A key's limiter after calls all over a period.
   *
   * @param permits of the limit
   * @param busyBytes when the period is just over
   * @param idleBytes another period and one call later
   */
  record OfSize(int permits, double busyBytes, double idleBytes) {}
}
