package dev.throttle.benchmarks;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.MemoryLeaseStore;
import dev.throttle.remote.lease.SharedBuckets;
import io.github.bucket4j.Bandwidth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What the {@code permit} table has a row for: a limiter of each {@link Contender}, ours by every
 * algorithm, with keys and composed, and the peers' where they can do the same.
 */
enum PermitSubject {
  FLOOR(Contender.FLOOR),
  SLIDING_WINDOW("throttle", Limit::of),
  BUCKET4J_GREEDY(Contender.BUCKET4J_GREEDY),
  BUCKET4J_INTERVALLY(Contender.BUCKET4J_INTERVALLY),
  RESILIENCE4J(Contender.RESILIENCE4J),
  FAILSAFE_SMOOTH(Contender.FAILSAFE_SMOOTH),
  FAILSAFE_BURSTY(Contender.FAILSAFE_BURSTY),
  GUAVA(Contender.GUAVA),

  TOKEN_BUCKET(
      "throttle, token bucket", (limit, period) -> Limit.tokenBucket(limit, period, limit)),
  FIXED_WINDOW("throttle, fixed window", Limit::fixedWindow),
  LEAKY_BUCKET("throttle, leaky bucket", Limit::leakyBucket),
  CONCURRENCY("throttle, concurrency", (limit, period) -> Limit.concurrent(limit)),

  LEASED("throttle, leased", false, PermitSubject::leased),

  KEYED("throttle, of a key", false, PermitSubject::keyed),
  KEYED_BUCKET4J("bucket4j greedy, of a key", Contender.BUCKET4J_GREEDY),
  KEYED_RESILIENCE4J("resilience4j, of a key", Contender.RESILIENCE4J),
  KEYED_GUAVA("guava, of a key", Contender.GUAVA),

  TWO("throttle, 2 buckets", 2),
  TWO_BUCKET4J("bucket4j greedy, 2 limits", false, PermitSubject::twoOfBucket4j),
  TWO_RESILIENCE4J("resilience4j, 2 limiters", Contender.RESILIENCE4J, 2),
  TWO_FAILSAFE("failsafe bursty, 2 limiters", Contender.FAILSAFE_BURSTY, 2),
  THREE("throttle, 3 buckets", 3),
  THREE_RESILIENCE4J("resilience4j, 3 limiters", Contender.RESILIENCE4J, 3),
  THREE_FAILSAFE("failsafe bursty, 3 limiters", Contender.FAILSAFE_BURSTY, 3);

  private static final String KEY = "tenant";

  private final String label;
  private final boolean basic;
  private final BiFunction<Integer, Duration, Limiter> factory;

  PermitSubject(Contender contender) {
    this(contender.label(), true, contender::limiter);
  }

  PermitSubject(String label, BiFunction<Integer, Duration, Limit> kind) {
    this(
        label,
        label.equals("throttle"),
        (limit, period) -> {
          Buckets buckets = Buckets.create();
          buckets.define("provider", kind.apply(limit, period));
          return throttle(buckets.throttle("provider"));
        });
  }

  /** Composed of several buckets of the same limit. */
  PermitSubject(String label, int count) {
    this(
        label,
        false,
        (limit, period) -> {
          Buckets buckets = Buckets.create();
          String[] names = new String[count];
          for (int i = 0; i < count; i++) {
            names[i] = "b" + i;
            buckets.define(names[i], Limit.of(limit, period));
          }
          return throttle(buckets.throttle(names));
        });
  }

  /** Several limiters of a peer, asked one after another. */
  PermitSubject(String label, Contender peer, int count) {
    this(
        label,
        false,
        (limit, period) -> {
          List<Limiter> all =
              IntStream.range(0, count).mapToObj(i -> peer.limiter(limit, period)).toList();
          return () -> {
            long last = 0;
            for (Limiter one : all) {
              last = one.begin();
            }
            return last;
          };
        });
  }

  /** A limiter of a peer for each key, in a map. */
  PermitSubject(String label, Contender peer) {
    this(
        label,
        false,
        (limit, period) -> {
          ConcurrentHashMap<String, Limiter> byKey = new ConcurrentHashMap<>();
          return () -> byKey.computeIfAbsent(KEY, absent -> peer.limiter(limit, period)).begin();
        });
  }

  PermitSubject(String label, boolean basic, BiFunction<Integer, Duration, Limiter> factory) {
    this.label = label;
    this.basic = basic;
    this.factory = factory;
  }

  String label() {
    return label;
  }

  /** Returns whether it is measured on two threads too. */
  boolean isBasic() {
    return basic;
  }

  Limiter limiter(int limit, Duration period) {
    return factory.apply(limit, period);
  }

  private static Limiter keyed(int limit, Duration period) {
    Buckets buckets = Buckets.create();
    buckets.defineKeyed("key", Limit.of(limit, period));
    KeyedThrottle keyed = buckets.keyedThrottle("key");
    return throttle(() -> keyed.of(KEY));
  }

  /** Nobody else shares it, so after the first renewals all of the limit that is used is leased. */
  private static Limiter leased(int limit, Duration period) {
    Buckets buckets = Buckets.create();
    LeaseStore store = MemoryLeaseStore.fresh(TimeSource.system(), Duration.ofSeconds(10));
    SharedBuckets.of(store).start().share(buckets.define("provider", Limit.of(limit, period)));
    return throttle(buckets.throttle("provider"));
  }

  private static Limiter twoOfBucket4j(int limit, Duration period) {
    return Peers.bucket4j(
        Bandwidth.builder().capacity(limit).refillGreedy(limit, period).id("a").build(),
        Bandwidth.builder().capacity(limit).refillGreedy(limit, period).id("b").build());
  }

  private static Limiter throttle(Throttle throttle) {
    return new Limiter() {
      @Override
      public long begin() {
        return throttle.begin();
      }

      @Override
      public void end(long stamp) {
        throttle.end(stamp);
      }
    };
  }

  /** The throttle of a key is asked for at each call, as an annotated method does. */
  private static Limiter throttle(Supplier<Throttle> ofKey) {
    return () -> {
      Throttle throttle = ofKey.get();
      long stamp = throttle.begin();
      throttle.end(stamp);
      return stamp;
    };
  }
}
