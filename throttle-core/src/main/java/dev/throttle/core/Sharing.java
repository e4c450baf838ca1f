package dev.throttle.core;

/**
 * Makes buckets shared with other processes; {@code throttle-remote-lease} has one.
 *
 * <p>Found by {@link java.util.ServiceLoader}, when a bucket is first to be shared.
 */
public interface Sharing {

  /**
   * Opens a store, for all buckets of one {@link Buckets} that are shared by it. Does not wait for
   * the network.
   *
   * @param time that of the buckets
   * @throws IllegalArgumentException if there is no module for such an address, or what is said of
   *     it is wrong; the message has the fix and no secrets
   */
  Group open(SharedBy by, TimeSource time);

  /** Buckets that are shared by one store. Safe for use by many threads. */
  interface Group {

    /**
     * Shares a bucket. From now on nothing is granted but what it has a {@linkplain Bucket#lease
     * lease} of; what is in use counts.
     *
     * @throws IllegalArgumentException if that bucket cannot be shared; then nothing has changed
     */
    void add(Bucket bucket);

    /** Gives all back that is not in use, and closes the store; waits no longer than seconds. */
    void close();
  }
}
