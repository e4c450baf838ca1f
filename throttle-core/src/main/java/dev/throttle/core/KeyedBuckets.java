package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bucket for each key of one name: one per tenant, token or shop.
 *
 * <pre>{@code
 * KeyedBuckets shops = buckets.defineKeyed("shop.example.com", Limit.of(40, Duration.ofSeconds(20)));
 * KeyedThrottle orders = buckets.keyedThrottle("shop.example.com");
 * Order order = orders.of(shop).call(() -> client.order(shop, 7));
 * }</pre>
 *
 * <p>Keys are told apart by {@code equals}. A bucket is made when its key is first used, and
 * forgotten some time after all of its permits are free again, so that a key that comes back finds
 * a full bucket, as it would have found its own. Safe for use by many threads.
 *
 * <h2>Forgetting</h2>
 *
 * A bucket may be forgotten only while it is idle; but who has looked it up may take a permit at
 * that very moment, or much later. Therefore whoever forgets says so first ({@code forgotten},
 * volatile) and then looks whether the bucket is idle, and whoever takes a permit, queues or pauses
 * does that first and then looks whether the bucket is forgotten: one of the two notices, and puts
 * it back. Until then the bucket has a second home with weak references. So as long as anybody
 * holds it, its key leads to it and to no other.
 *
 * <p>Each newcomer looks at two older buckets, so forgetting needs no timer and keeps pace.
 */
public final class KeyedBuckets {

  /** The keys that a name may have at once where nothing else is said: 1,000,000. */
  public static final int DEFAULT_MAX_KEYS = 1_000_000;

  private static final int LOOKS_PER_NEWCOMER = 2;
  private static final int LOOKS_WHERE_FULL = 1_000;

  /** How many failures of a refresh are told beside the first. */
  private static final int MOST_FAILURES = 10;

  final Family family;
  private final int maxKeys;
  private volatile Function<Object, List<Limit>> limits;
  private final ConcurrentHashMap<Object, Bucket> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger refreshes = new AtomicInteger();
  private final Cache<Object, Bucket> forgotten =
      Caffeine.newBuilder().weakValues().executor(Runnable::run).build();
  private final ReentrantLock sweeping = new ReentrantLock();
  private Iterator<Object> hand = byKey.keySet().iterator();

  KeyedBuckets(
      String name,
      List<Limit> defaults,
      Function<Object, List<Limit>> limits,
      int maxKeys,
      int maxQueue,
      WaitingRoom room,
      TimeSource time) {
    if (maxKeys < 1) {
      throw badArgument("maxKeys of bucket '%s' must be at least 1, but was %d.", name, maxKeys);
    }
    this.family = new Family(name, defaults, maxQueue, room, time, this);
    this.limits = limits;
    this.maxKeys = maxKeys;
  }

  boolean isDefinedAs(List<Limit> limits, int keys, int maxQueue) {
    return family.isDefinedAs(limits, maxQueue) && maxKeys == keys;
  }

  /** Returns the name, unique among its {@link Buckets}. */
  public String name() {
    return family.name;
  }

  /**
   * Returns how many keys it may have at once. Beyond it newcomers are refused; a key whose bucket
   * somebody has held all the time may always come back.
   */
  public int maxKeys() {
    return maxKeys;
  }

  /** Returns how many keys it has now. */
  public int size() {
    return size.get();
  }

  /** Returns the bucket of a key, or null if the key has none at present. */
  public @Nullable Bucket find(Object key) {
    return byKey.get(requireNonNull(key, "key"));
  }

  /** Returns the buckets of all keys that have one now. */
  public List<Bucket> all() {
    return List.copyOf(byKey.values());
  }

  /**
   * Returns the bucket of a key, after making it if need be. Where there are too many in {@link
   * Mode#SHADOW}, or while all are switched off, it is one that counts for this caller only.
   *
   * @throws ThrottledException if there are {@link #maxKeys} others, and none of the next thousand
   *     that are looked at is idle: a newcomer does not look at a million
   */
  public Bucket bucket(Object key) {
    Bucket known = byKey.get(requireNonNull(key, "key"));
    if (known != null) {
      return known;
    }
    BadArgument.requireKey(key, "key of bucket '" + family.name + "'");
    forgetIdle();
    int asked = refreshes.get();
    Bucket made = byKey.computeIfAbsent(key, this::make);
    if (made == null) {
      makeRoom();
      made = byKey.computeIfAbsent(key, this::make);
    }
    if (made == null) {
      return beyondMaxKeys(key);
    }
    if (asked != refreshes.get()) {
      // The limit may have been asked for just before it changed, and the bucket made just after.
      refresh(key);
    }
    return made;
  }

  /** What holds nobody up refuses no key either, but does not keep count of it. */
  private Bucket beyondMaxKeys(Object key) {
    if (family.room.holdsUp(family)) {
      ThrottledException refusal = ThrottledException.tooManyKeys(family.name, maxKeys);
      family.room.events.refused(this, refusal);
      throw refusal;
    }
    return new Bucket(family, key, limitsOf(key), true);
  }

  private @Nullable Bucket make(Object key) {
    if (size.incrementAndGet() > maxKeys) {
      size.decrementAndGet();
      return null;
    }
    boolean made = false;
    try {
      Bucket bucket = forgotten.getIfPresent(key);
      if (bucket == null) {
        bucket = new Bucket(family, key, limitsOf(key));
      }
      bucket.forgotten = false;
      made = true;
      return bucket;
    } finally {
      if (!made) {
        size.decrementAndGet();
      }
    }
  }

  private List<Limit> limitsOf(Object key) {
    List<Limit> found =
        requireNonNull(limits.apply(key), "limits of a key of bucket '" + family.name + "'");
    if (found.size() != family.defined.size()) {
      throw badArgument(
          "each key of bucket '%s' must have %d limit(s), but one got %d.",
          family.name, family.defined.size(), found.size());
    }
    return found;
  }

  /** Returns the limits as they usually are; those of a key may be others. */
  public List<Limit> limits() {
    return family.defined;
  }

  /** Returns what the buckets do with calls for which they have no permit. */
  public Mode mode() {
    return family.mode;
  }

  // ---- live change

  /** Asks again what the limit of a key is, and changes its bucket if it has one. */
  public void refresh(Object key) {
    refreshes.incrementAndGet();
    Bucket bucket = find(key);
    if (bucket == null) {
      bucket = forgotten.getIfPresent(key);
    }
    if (bucket != null) {
      refresh(key, bucket);
    }
  }

  private void refresh(Object key, Bucket bucket) {
    int asked;
    List<Limit> latest;
    do {
      asked = refreshes.get();
      latest = limitsOf(key);
      bucket.change(latest);
      // Who asked later may have heard of something newer, and have changed it before.
    } while (asked != refreshes.get() && !limitsOf(key).equals(latest));
  }

  /**
   * Asks again what the limit of each key is, and changes the buckets.
   *
   * <p>Keys whose limit cannot be had keep theirs; the first of what was thrown for them is thrown
   * when all others have been asked for.
   */
  public void refresh() {
    refreshes.incrementAndGet();
    Set<Object> keys = new HashSet<>(byKey.keySet());
    keys.addAll(forgotten.asMap().keySet());
    RuntimeException failed = null;
    for (Object key : keys) {
      try {
        refresh(key);
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else if (e != failed && failed.getSuppressed().length < MOST_FAILURES) {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Changes the limit of all keys, whatever it was asked for before. */
  public void change(Limit limit) {
    List<Limit> same = List.of(requireNonNull(limit, "limit"));
    if (family.defined.size() != 1) {
      throw badArgument(
          "bucket '%s' has %d limits per key; define what they are by a function, and refresh.",
          family.name, family.defined.size());
    }
    limits = key -> same;
    refresh();
  }

  /** Changes what the buckets do with calls for which they have no permit. */
  public void change(Mode mode) {
    family.mode = requireNonNull(mode, "mode");
    family.room.lookAt(all());
  }

  /** Says whether they act on what the provider says; see {@link Bucket#heedSignals}. */
  public void heedSignals(boolean heed) {
    family.heedsSignals = heed;
  }

  /** Pauses the buckets of all keys that have one now; see {@link Bucket#pause}. */
  public void pause(Duration duration) {
    all().forEach(bucket -> bucket.pause(duration));
  }

  /** Ends the pauses of all keys. */
  public void resume() {
    all().forEach(Bucket::resume);
  }

  // ---- forgetting

  /** Looks at a few; if somebody else is about it, that will do. */
  private void forgetIdle() {
    if (sweeping.tryLock()) {
      try {
        forgetIdle(LOOKS_PER_NEWCOMER);
      } finally {
        sweeping.unlock();
      }
    }
  }

  private void makeRoom() {
    sweeping.lock();
    try {
      forgetIdle(LOOKS_WHERE_FULL);
    } finally {
      sweeping.unlock();
    }
  }

  private void forgetIdle(int looks) {
    for (int i = 0; i < looks; i++) {
      if (!hand.hasNext()) {
        hand = byKey.keySet().iterator();
        if (!hand.hasNext()) {
          return;
        }
      }
      byKey.computeIfPresent(hand.next(), this::forgetIfIdle);
    }
  }

  private @Nullable Bucket forgetIfIdle(Object key, Bucket bucket) {
    bucket.forgotten = true;
    if (!bucket.isIdle()) {
      bucket.forgotten = false;
      return bucket;
    }
    forgotten.put(key, bucket);
    size.decrementAndGet();
    return null;
  }

  /** Puts a bucket back after somebody took a permit of it or queued. */
  void remember(Bucket bucket) {
    byKey.compute(
        requireNonNull(bucket.key(), "key"),
        (key, present) -> {
          if (present == null) {
            size.incrementAndGet();
          }
          bucket.forgotten = false;
          return bucket;
        });
  }

  /** Returns name and number of keys as messages show them. */
  @Override
  public String toString() {
    return family + " (" + size() + " keys)";
  }
}
