package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import dev.throttle.annotation.Priority;
import java.time.Duration;
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
  private final RecentThrottles recent = new RecentThrottles();

  KeyedThrottle(WaitingRoom room, Settings settings, List<Object> parts) {
    this.room = room;
    this.settings = settings;
    this.parts = parts;
    this.keyedParts = (int) parts.stream().filter(KeyedBuckets.class::isInstance).count();
  }

  /** Returns this throttle with a bound on waiting; see {@link Throttle#withMaxWait}. */
  public KeyedThrottle withMaxWait(Duration maxWait) {
    return with(settings.withMaxWait(Nanos.wait("maxWait", maxWait)));
  }

  /** Returns this throttle for calls that go before others; see {@link Throttle#withPriority}. */
  public KeyedThrottle withPriority(Priority priority) {
    return with(settings.withPriority(requireNonNull(priority, "priority")));
  }

  /**
   * Returns this throttle for calls that take several permits of one bucket at once; see {@link
   * Throttle#withCost(String, int)}.
   *
   * @param bucket the name of one of the buckets
   * @param cost at least 1
   */
  public KeyedThrottle withCost(String bucket, int cost) {
    requireNonNull(bucket, "bucket name");
    int[] costs = settings.costsPerBucket(parts.size());
    for (int i = 0; i < costs.length; i++) {
      if (family(parts.get(i)).name.equals(bucket)) {
        costs[i] = Throttle.checkedCost(cost);
        return with(settings.withCosts(costs));
      }
    }
    throw badArgument("no bucket '%s' among those of this %s.", bucket, this);
  }

  private KeyedThrottle with(Settings settings) {
    return new KeyedThrottle(room, settings, parts);
  }

  /** Returns this throttle after its buckets were told who calls, for their warnings. */
  public KeyedThrottle calledBy(String caller) {
    requireNonNull(caller, "caller");
    parts.forEach(part -> family(part).calledBy(caller));
    return this;
  }

  private static Family family(Object part) {
    return part instanceof KeyedBuckets keyed ? keyed.family : ((Bucket) part).family;
  }

  /**
   * Returns the throttle of one key, which stands for all buckets that have one per key. Cheap: to
   * be asked for at each call.
   *
   * @throws ThrottledException if there are as many keys as a bucket may have
   */
  public Throttle of(Object key) {
    requireNonNull(key, "key");
    return findOrMake(i -> key);
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
    return findOrMake(keys::get);
  }

  private Throttle findOrMake(IntFunction<?> keyOf) {
    Throttle known = recent.find(keyOf, keyedParts);
    if (known != null) {
      return known;
    }
    Throttle made = make(keyOf);
    recent.add(made, keyOf, keyedParts);
    return made;
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
