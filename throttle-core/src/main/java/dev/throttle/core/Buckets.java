package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a program, by name, and the throttles composed of them.
 *
 * <pre>{@code
 * Buckets buckets = Buckets.create();
 * buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
 * buckets.define("api.foo.com/users", Limit.of(100, Duration.ofMinutes(15)));
 * Throttle users = buckets.throttle("api.foo.com", "api.foo.com/users");
 * }</pre>
 *
 * <p>Safe for use by many threads. Buckets of different {@code Buckets} cannot be composed.
 */
public final class Buckets implements AutoCloseable {

  final WaitingRoom room;
  private final TimeSource time;
  private final Executor executor;
  private final Configuration configuration;
  private final Shares shares;

  /** By name a {@link Bucket} or {@link KeyedBuckets}. */
  private final ConcurrentHashMap<String, Object> byName = new ConcurrentHashMap<>();

  private Buckets(
      TimeSource time, Executor executor, Configuration configuration, @Nullable SharedBy shared) {
    this.time = time;
    this.shares = new Shares(time, configuration, shared);
    this.executor = executor;
    this.configuration = configuration;
    this.room = new WaitingRoom(time);
  }

  /** Returns empty buckets on the time of this JVM and the common pool. */
  public static Buckets create() {
    return builder().build();
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Defines a bucket with the default {@code maxQueue}; see {@link #define(String, List, int)}. */
  public Bucket define(String name, Limit limit) {
    return define(name, limit, Bucket.DEFAULT_MAX_QUEUE);
  }

  /** Defines a bucket of one limit; see {@link #define(String, List, int)}. */
  public Bucket define(String name, Limit limit, int maxQueue) {
    return define(name, List.of(requireNonNull(limit, "limit of bucket '" + name + "'")), maxQueue);
  }

  /**
   * Defines a bucket, or returns the one that is so defined already. What the {@linkplain
   * Builder#configuration configuration} says of the name goes before what is given here.
   *
   * @param name by custom the API's host and path, not blank
   * @param limits at least one; a call takes its permits of all of them
   * @param maxQueue how many calls may wait for it at once, at least 0
   * @throws IllegalArgumentException if the name is defined otherwise
   */
  public Bucket define(String name, List<Limit> limits, int maxQueue) {
    checkDefinition(name, limits, maxQueue);
    return define(
        Declared.of(name, limits, KeyedBuckets.DEFAULT_MAX_KEYS, maxQueue, configuration));
  }

  private Bucket define(Declared declared) {
    List<Limit> limits = declared.limits();
    int maxQueue = declared.maxQueue();
    Bucket fresh =
        new Bucket(new Family(declared.name(), limits, maxQueue, room, time, null), null, limits);
    fresh.family.mode = declared.mode();
    fresh.family.heedsSignals = declared.heedsSignals();
    fresh.family.shares = shares;
    Object defined = byName.get(declared.name());
    if (defined == null) {
      Sharing.Group sharing = shares.prepare(fresh);
      defined = byName.putIfAbsent(declared.name(), fresh);
      if (defined == null) {
        if (sharing != null) {
          share(fresh, sharing);
        }
        return fresh;
      }
    }
    if (defined instanceof Bucket bucket && bucket.family.isDefinedAs(limits, maxQueue)) {
      return bucket;
    }
    throw badArgument(
        "%s is defined already, and now again as %s with maxQueue %d; before, maxQueue was %d."
            + " Define it once and name it elsewhere.%s",
        definition(defined), words(limits), maxQueue, family(defined).maxQueue, declared.note());
  }

  private void share(Bucket fresh, Sharing.Group sharing) {
    try {
      sharing.add(fresh);
    } catch (RuntimeException e) {
      byName.remove(fresh.name(), fresh);
      throw e;
    }
  }

  /** Defines buckets with the same limit for each key; see the other {@code defineKeyed}. */
  public KeyedBuckets defineKeyed(String name, Limit limit) {
    List<Limit> same = List.of(requireNonNull(limit, "limit of bucket '" + name + "'"));
    return defineKeyed(
        name, same, key -> same, KeyedBuckets.DEFAULT_MAX_KEYS, Bucket.DEFAULT_MAX_QUEUE);
  }

  /**
   * Defines buckets, one for each key, or returns those that are so defined already. What the
   * {@linkplain Builder#configuration configuration} says of the name goes before what is given
   * here, and before the limits of each key.
   *
   * @param name by custom the API's host and path, not blank
   * @param limits the limits as they usually are; each key has as many
   * @param limitsOf says the limits of a key: asked once for each, and again by {@link
   *     KeyedBuckets#refresh}. Called while others that ask for the same key wait, so it must be
   *     short and not ask for permits itself; what it throws, the call throws
   * @param maxKeys how many keys there may be at once, at least 1
   * @param maxQueue how many calls may wait for each at once, at least 0
   * @throws IllegalArgumentException if the name is defined otherwise
   */
  public KeyedBuckets defineKeyed(
      String name,
      List<Limit> limits,
      Function<Object, List<Limit>> limitsOf,
      int maxKeys,
      int maxQueue) {
    checkDefinition(name, limits, maxQueue);
    requireNonNull(limitsOf, "limits of a key");
    return defineKeyed(
        Declared.of(name, limits, maxKeys, maxQueue, configuration),
        key -> {
          List<Limit> ofKey =
              requireNonNull(limitsOf.apply(key), "limits of a key of bucket '" + name + "'");
          return ofKey.isEmpty()
              ? ofKey
              : Declared.of(name, ofKey, maxKeys, maxQueue, configuration).limits();
        });
  }

  private KeyedBuckets defineKeyed(Declared declared, Function<Object, List<Limit>> limitsOf) {
    String name = declared.name();
    List<Limit> limits = declared.limits();
    int maxKeys = declared.maxKeys();
    int maxQueue = declared.maxQueue();
    shares.refuseKeyed(name);
    KeyedBuckets fresh = new KeyedBuckets(name, limits, limitsOf, maxKeys, maxQueue, room, time);
    fresh.family.mode = declared.mode();
    fresh.family.heedsSignals = declared.heedsSignals();
    Object defined = byName.putIfAbsent(name, fresh);
    if (defined == null) {
      return fresh;
    }
    if (defined instanceof KeyedBuckets keyed && keyed.isDefinedAs(limits, maxKeys, maxQueue)) {
      return keyed;
    }
    throw badArgument(
        "%s is defined already, and now again as %s for each key. Define it once and name it"
            + " elsewhere.%s",
        definition(defined), words(limits), declared.note());
  }

  private static void checkDefinition(String name, List<Limit> limits, int maxQueue) {
    if (requireNonNull(name, "bucket name").isBlank()) {
      throw badArgument("bucket name must not be blank; use the API's host and path.");
    }
    if (requireNonNull(limits, "limits of bucket '" + name + "'").isEmpty()) {
      throw badArgument("bucket '%s' must have at least one limit.", name);
    }
    if (maxQueue < 0) {
      throw badArgument(
          "maxQueue of bucket '%s' must be at least 0, but was %d. To refuse instead of waiting use"
              + " maxWait PT0S.",
          name, maxQueue);
    }
  }

  private static String words(List<Limit> limits) {
    return limits.stream().map(Limit::toString).collect(Collectors.joining(" and "));
  }

  /** Returns what was defined as messages show it, whatever has been changed since. */
  private static String definition(Object defined) {
    return defined instanceof Bucket bucket
        ? bucket.family + " (" + words(bucket.family.defined) + ")"
        : defined.toString();
  }

  private static Family family(Object defined) {
    return defined instanceof Bucket bucket ? bucket.family : ((KeyedBuckets) defined).family;
  }

  /**
   * Returns the bucket of this name; one that only the configuration defines is made.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Bucket bucket(String name) {
    if (!isDefined(name) && configuration.definesItself(name)) {
      define(Declared.of(name, configuration));
    }
    Object defined = defined(name);
    if (defined instanceof Bucket bucket) {
      return bucket;
    }
    throw badArgument(
        "'%s' has a bucket for each key; ask keyed(\"%s\") for them, and keyedThrottle to pass one.",
        name, name);
  }

  /**
   * Returns the buckets of this name, of which there is one for each key; those that only the
   * configuration defines are made.
   *
   * @throws IllegalArgumentException if there are none
   */
  public KeyedBuckets keyed(String name) {
    if (!isDefined(name) && configuration.definesItself(name)) {
      Declared declared = Declared.of(name, configuration);
      defineKeyed(declared, key -> declared.limits());
    }
    if (defined(name) instanceof KeyedBuckets keyed) {
      return keyed;
    }
    throw badArgument("'%s' is one bucket, and has no keys.", name);
  }

  private Object defined(String name) {
    Object defined = byName.get(requireNonNull(name, "bucket name"));
    if (defined == null) {
      throw badArgument(
          "no bucket '%s' is defined; there are %s.", name, new TreeSet<>(byName.keySet()));
    }
    return defined;
  }

  /**
   * Returns the bucket of this name; one that is not defined yet is defined as the annotations say
   * that the class loader sees.
   *
   * <p>It knows of annotations that were compiled with {@code throttle-processor}.
   *
   * @throws IllegalArgumentException if it is defined nowhere, or differently in two places
   */
  public Bucket bucket(String name, ClassLoader annotations) {
    requireNonNull(annotations, "class loader");
    defineAsAnnotated(name, annotations, false);
    return bucket(name);
  }

  /**
   * Returns the buckets of this name, of which there is one for each key; those that are not
   * defined yet are defined as the annotations say, like {@link #bucket(String, ClassLoader)}.
   *
   * @throws IllegalArgumentException if they are defined nowhere, differently in two places, or as
   *     one bucket
   */
  public KeyedBuckets keyed(String name, ClassLoader annotations) {
    requireNonNull(annotations, "class loader");
    defineAsAnnotated(name, annotations, true);
    return keyed(name);
  }

  /**
   * Defines what is not defined yet as the annotations say.
   *
   * @param keyed whether it is one for each key where they do not tell, since nobody passes it
   */
  private void defineAsAnnotated(String name, ClassLoader annotations, boolean keyed) {
    if (isDefined(name)) {
      return;
    }
    for (Index index : Index.of(annotations)) {
      for (Index.Definition definition : index.definitions()) {
        if (definition.name().equals(name)) {
          Declared declared = definition.with(configuration);
          if (Objects.requireNonNullElse(definition.keyed(), keyed)) {
            defineKeyed(declared, key -> declared.limits());
          } else {
            define(declared);
          }
        }
      }
    }
  }

  /**
   * Returns the bucket of this name, or null if there is none; a name with keys has no bucket of
   * its own.
   */
  public @Nullable Bucket find(String name) {
    return byName.get(requireNonNull(name, "bucket name")) instanceof Bucket bucket ? bucket : null;
  }

  /** Returns whether something is defined by this name. */
  public boolean isDefined(String name) {
    return byName.containsKey(requireNonNull(name, "bucket name"));
  }

  /** Returns the names that are defined now, in order. */
  public SortedSet<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  /** Returns what goes before the limits that buckets are defined with. */
  public Configuration configuration() {
    return configuration;
  }

  /** Returns all buckets that are defined now, and those of all keys. */
  public List<Bucket> all() {
    List<Bucket> all = new ArrayList<>();
    for (Object defined : byName.values()) {
      if (defined instanceof KeyedBuckets keyed) {
        all.addAll(keyed.all());
      } else {
        all.add((Bucket) defined);
      }
    }
    return List.copyOf(all);
  }

  /**
   * Returns a throttle of these buckets, in this order; what is named twice counts once.
   *
   * @throws IllegalArgumentException if no name is given or one is not defined
   */
  public Throttle throttle(String... names) {
    List<Bucket> named = new ArrayList<>(requireNonNull(names, "bucket names").length);
    for (String name : names) {
      named.add(bucket(name));
    }
    return throttle(named);
  }

  /**
   * Returns a throttle of these buckets, in this order; what is given twice counts once.
   *
   * @throws IllegalArgumentException if there is none, or one that is not of these {@code Buckets}
   */
  public Throttle throttle(List<Bucket> buckets) {
    Set<Bucket> distinct = new LinkedHashSet<>(requireNonNull(buckets, "buckets"));
    if (distinct.isEmpty()) {
      throw badArgument("a throttle needs at least one bucket.");
    }
    for (Bucket bucket : distinct) {
      requireNonNull(bucket, "bucket");
      if (bucket.family.room != room) {
        throw badArgument(
            "%s was defined elsewhere; a throttle is made of buckets of one Buckets.", bucket);
      }
    }
    return new Throttle(new Route(room, distinct.toArray(new Bucket[0])), Settings.of(executor));
  }

  /**
   * Returns a throttle of these buckets, in this order, some of which have one for each key; what
   * is named twice counts once.
   *
   * @throws IllegalArgumentException if one is not defined, or none has keys
   */
  public KeyedThrottle keyedThrottle(String... names) {
    Set<Object> parts = new LinkedHashSet<>();
    for (String name : requireNonNull(names, "bucket names")) {
      parts.add(defined(name));
    }
    if (parts.stream().noneMatch(KeyedBuckets.class::isInstance)) {
      throw badArgument("none of %s has keys; use throttle instead.", List.of(names));
    }
    return new KeyedThrottle(room, Settings.of(executor), List.copyOf(parts));
  }

  // ---- live

  /**
   * Switches all limits on or off; they are on at first. While they are off no call waits, is
   * refused or paused, and those that wait now go ahead. Calls are still counted, so that the
   * limits hold again soon after they are switched on.
   */
  public void setEnabled(boolean enabled) {
    room.switchOff(!enabled, all());
  }

  /** Returns whether limits are on. */
  public boolean isEnabled() {
    return !room.isOff();
  }

  /**
   * Sets whether a call is refused that would have to wait in a thread that must not block, with
   * {@link ThrottledException.Reason#MUST_NOT_BLOCK}; it is at first. Otherwise such a thread waits
   * like others, and with it all that it serves. {@link NonBlockingThreads} says which these are.
   */
  public void setSparesNonBlockingThreads(boolean spares) {
    room.sparesLoops = spares;
  }

  /** Sets who is told what happens to calls, or null for nobody; there is one at most. */
  public void listen(@Nullable ThrottleListener listener) {
    room.events.listener = listener;
  }

  /**
   * Refuses all calls that wait, and all that would have to from now on, with {@link
   * ThrottledException.Reason#CLOSED}. Where limits are shared, what is leased is given back; that
   * may take some seconds where the store does not answer.
   */
  @Override
  public void close() {
    room.close(all());
    shares.close();
  }

  /** Sets what is not default; used once. */
  public static final class Builder {

    private TimeSource time = TimeSource.system();
    private Executor executor = ForkJoinPool.commonPool();
    private Configuration configuration = Configuration.none();
    private @Nullable SharedBy shared;

    private Builder() {}

    /** Sets the time source; the default is {@link TimeSource#system}. */
    public Builder timeSource(TimeSource time) {
      this.time = requireNonNull(time, "time source");
      return this;
    }

    /**
     * Sets the executor on which asynchronous calls that had to wait are started and futures
     * completed; the default is {@link ForkJoinPool#commonPool}. One that runs tasks in the thread
     * that hands them over, which may be that of the timers, is only for calls that never block.
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Sets what goes before the limits that buckets are defined with; the default is {@link
     * Configuration#none}.
     */
    public Builder configuration(Configuration configuration) {
      this.configuration = requireNonNull(configuration, "configuration");
      return this;
    }

    /**
     * Shares all buckets by the store of an address, such as {@code redis://HOST:PORT}, if the
     * configuration does not say otherwise; see {@link Bucket#shared(String)}.
     */
    public Builder shared(String address) {
      return shared(SharedBy.at(address));
    }

    /** Shares all buckets like {@link #shared(String)} by a store that wants to know who asks. */
    public Builder shared(String address, String clientId, String clientSecret) {
      return shared(SharedBy.at(address, clientId, clientSecret));
    }

    /** Shares all buckets like {@link #shared(String)}, as is said there. */
    public Builder shared(SharedBy by) {
      this.shared = requireNonNull(by, "by");
      return this;
    }

    /**
     * Returns empty buckets.
     *
     * @throws IllegalArgumentException if they are to be shared, and no module knows how
     */
    public Buckets build() {
      Buckets buckets = new Buckets(time, executor, configuration, shared);
      buckets.shares.openConfigured();
      buckets.setEnabled(configuration.isEnabled());
      return buckets;
    }
  }
}
