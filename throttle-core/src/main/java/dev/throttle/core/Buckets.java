package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
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
  private final ConcurrentHashMap<String, Bucket> byName = new ConcurrentHashMap<>();

  private Buckets(TimeSource time, Executor executor) {
    this.time = time;
    this.executor = executor;
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

  /**
   * Defines a bucket with the default {@code maxQueue}; see {@link #define(String, Limit, int)}.
   */
  public Bucket define(String name, Limit limit) {
    return define(name, limit, Bucket.DEFAULT_MAX_QUEUE);
  }

  /**
   * Defines a bucket, or returns the one that is so defined already.
   *
   * @param name by custom the API's host and path, not blank
   * @param maxQueue how many calls may wait for it at once, at least 0
   * @throws IllegalArgumentException if the name is defined with another limit or {@code maxQueue}
   */
  public Bucket define(String name, Limit limit, int maxQueue) {
    Bucket fresh = new Bucket(name, limit, maxQueue, time);
    Bucket defined = byName.putIfAbsent(name, fresh);
    if (defined == null) {
      return fresh;
    }
    if (!defined.limit().equals(limit) || defined.maxQueue() != maxQueue) {
      throw badArgument(
          "%s is defined already, and now again as %s with maxQueue %d; before, maxQueue was %d."
              + " Define it once and name it elsewhere.",
          defined, limit, maxQueue, defined.maxQueue());
    }
    return defined;
  }

  /**
   * Returns the bucket of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Bucket bucket(String name) {
    Bucket bucket = find(name);
    if (bucket == null) {
      throw badArgument(
          "no bucket '%s' is defined; there are %s.", name, new TreeSet<>(byName.keySet()));
    }
    return bucket;
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
    Bucket bucket = find(name);
    if (bucket != null) {
      return bucket;
    }
    for (Index index : Index.of(annotations)) {
      for (Index.Definition definition : index.definitions()) {
        if (definition.name().equals(name)) {
          define(name, definition.limit(), definition.maxQueue());
        }
      }
    }
    return bucket(name);
  }

  /** Returns the bucket of this name, or null if there is none. */
  public @Nullable Bucket find(String name) {
    return byName.get(requireNonNull(name, "bucket name"));
  }

  /** Returns all buckets that are defined now. */
  public List<Bucket> all() {
    return List.copyOf(byName.values());
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
      if (byName.get(bucket.name()) != bucket) {
        throw badArgument(
            "%s was defined elsewhere; a throttle is made of buckets of one Buckets.", bucket);
      }
    }
    return new Throttle(room, executor, distinct.toArray(new Bucket[0]));
  }

  /**
   * Refuses all calls that wait, and all that would have to from now on, with {@link
   * ThrottledException.Reason#CLOSED}.
   */
  @Override
  public void close() {
    room.close(byName.values());
  }

  /** Sets what is not default; used once. */
  public static final class Builder {

    private TimeSource time = TimeSource.system();
    private Executor executor = ForkJoinPool.commonPool();

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

    /** Returns empty buckets. */
    public Buckets build() {
      return new Buckets(time, executor);
    }
  }
}
