package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.List;
import java.util.function.IntFunction;

/**
 * The buckets that a call must pass together, some of them one per key. Immutable and safe for use
 * by many threads.
 *
 * <pre>{@code
 * KeyedThrottle orders = buckets.keyedThrottle("shop.example.com", "shop.example.com/tenant");
 * Order order = orders.of(tenant).call(() -> client.order(7));
 * }</pre>
 */
public final class KeyedThrottle {

  /** A {@link Bucket} or a {@link KeyedBuckets} each. */
  private final List<Object> parts;

  private final int keyedParts;
  private final WaitingRoom room;
  private final Settings settings;

  KeyedThrottle(WaitingRoom room, Settings settings, List<Object> parts) {
    this.room = room;
    this.settings = settings;
    this.parts = parts;
    this.keyedParts = (int) parts.stream().filter(KeyedBuckets.class::isInstance).count();
  }

  /**
   * Returns the throttle of one key, which stands for all buckets that have one per key. Cheap: to
   * be asked for at each call.
   *
   * @throws ThrottledException if there are as many keys as a bucket may have
   */
  public Throttle of(Object key) {
    requireNonNull(key, "key");
    return make(i -> key);
  }

  /**
   * Returns the throttle of several keys, one for each bucket that has one per key, in their order.
   *
   * @throws IllegalArgumentException if these are not as many
   * @throws ThrottledException if there are as many keys as a bucket may have
   */
  public Throttle ofEach(List<?> keys) {
    if (requireNonNull(keys, "keys").size() != keyedParts) {
      throw badArgument(
          "%d of these buckets have one per key, but there were %d keys.", keyedParts, keys.size());
    }
    return make(keys::get);
  }

  private Throttle make(IntFunction<?> keyOf) {
    Bucket[] buckets = new Bucket[parts.size()];
    int keys = 0;
    for (int i = 0; i < buckets.length; i++) {
      Object part = parts.get(i);
      buckets[i] =
          part instanceof KeyedBuckets keyed
              ? keyed.bucket(requireNonNull(keyOf.apply(keys++), "key of " + keyed.name()))
              : (Bucket) part;
    }
    return new Throttle(new Route(room, buckets), settings);
  }

  /** Returns the buckets as messages show them. */
  @Override
  public String toString() {
    return "throttle of " + parts;
  }
}
