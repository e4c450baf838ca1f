package dev.throttle.core;

import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The throttles that a {@link KeyedThrottle} has made lately, so that most calls find theirs
 * without making anything. Safe for use by many threads.
 *
 * <p>One place for each of some hashes, and who comes last has it. The races on it are benign: a
 * throttle is immutable, so a reader finds the right one, or another and makes its own.
 *
 * <p>What is found here is used only while the caches of its buckets have not let go of them, so
 * that they alone say how many keys there may be.
 */
final class RecentThrottles {

  private static final int PLACES = 64;

  /** Null until the second throttle was made: many are asked for only one. */
  private @Nullable Throttle @Nullable [] places;

  private boolean used;

  /** Returns the throttle of these keys, one for each keyed bucket, or null if it is not here. */
  @Nullable Throttle find(IntFunction<?> keyOf, int keys) {
    @Nullable Throttle[] all = places;
    Throttle found = all == null ? null : all[placeOf(keyOf, keys)];
    return found != null && isOf(found, keyOf) ? found : null;
  }

  private static boolean isOf(Throttle throttle, IntFunction<?> keyOf) {
    int keys = 0;
    for (Bucket bucket : throttle.route.buckets) {
      Object key = bucket.key();
      if (key != null && (bucket.forgotten || bucket.passing || !key.equals(keyOf.apply(keys++)))) {
        return false;
      }
    }
    return true;
  }

  void add(Throttle throttle, IntFunction<?> keyOf, int keys) {
    @Nullable Throttle[] all = places;
    if (all != null) {
      all[placeOf(keyOf, keys)] = throttle;
    } else if (used) {
      places = new Throttle[PLACES];
    }
    used = true;
  }

  private static int placeOf(IntFunction<?> keyOf, int keys) {
    int hash = 0;
    for (int i = 0; i < keys; i++) {
      hash = 31 * hash + Objects.hashCode(keyOf.apply(i));
    }
    hash *= 0x9E3779B9; // spreads hashes that differ in few bits, by the golden ratio
    return hash >>> -Integer.numberOfTrailingZeros(PLACES);
  }
}
