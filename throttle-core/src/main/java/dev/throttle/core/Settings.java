package dev.throttle.core;

import dev.throttle.annotation.Priority;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What distinguishes throttles of one route.
 *
 * @param costs of each bucket; null if all are 1
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record Settings(
    int @Nullable [] costs,
    Priority priority,
    @Nullable Object fairKey,
    long maxWaitNanos,
    Executor executor) {

  static Settings of(Executor executor) {
    return new Settings(null, Priority.NORMAL, null, Nanos.FOR_EVER, executor);
  }

  Settings withCosts(int[] costs) {
    return new Settings(costs, priority, fairKey, maxWaitNanos, executor);
  }

  Settings withPriority(Priority priority) {
    return new Settings(costs, priority, fairKey, maxWaitNanos, executor);
  }

  Settings withFairKey(Object fairKey) {
    return new Settings(costs, priority, fairKey, maxWaitNanos, executor);
  }

  Settings withMaxWait(long maxWaitNanos) {
    return new Settings(costs, priority, fairKey, maxWaitNanos, executor);
  }

  Settings withExecutor(Executor executor) {
    return new Settings(costs, priority, fairKey, maxWaitNanos, executor);
  }

  /** Returns the costs of so many buckets, for the caller to change. */
  int[] costsPerBucket(int count) {
    if (costs != null) {
      return costs.clone();
    }
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Returns the costs of all limits of the buckets. */
  int[] costsOf(Route route) {
    int[] perBucket = costs == null ? costsPerBucket(route.buckets.length) : costs;
    if (route.slots.length == perBucket.length) {
      return perBucket;
    }
    int[] perLimit = new int[route.slots.length];
    int bucket = 0;
    for (int i = 0; i < perLimit.length; i++) {
      while (route.buckets[bucket] != route.slots[i].bucket) {
        bucket++;
      }
      perLimit[i] = perBucket[bucket];
    }
    return perLimit;
  }
}
