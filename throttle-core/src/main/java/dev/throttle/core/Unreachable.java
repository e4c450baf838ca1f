package dev.throttle.core;

/**
 * What an instance does with its shared buckets whose lease has ended while the store cannot be
 * reached. All instances of a namespace should do the same.
 */
public enum Unreachable {

  /** Calls wait until the store is back. In no period are more than the limit granted. */
  WAIT,

  /**
   * Each instance goes on with the limit divided by the number of instances that it last knew,
   * rounded down: so with none where the limit has fewer permits than there are instances. At first
   * it has no more than it had leased. An instance that has not been there for the length of a
   * lease has nothing, as with {@link #WAIT}; nor has one that renews its leases less often than
   * eight times in their length.
   *
   * <p>In no period are more than the limit granted if the store is out of reach of all instances.
   * If it is so only of some, each of these may grant its share beside the limit.
   *
   * <p>It has its price while all is well: idle instances have a share too, so they go on to tell
   * the ledger that they are there; one that is new waits for half a lease before it is lent
   * anything; and what a crashed one had is lost for one lease longer.
   */
  SHARE,

  /**
   * Each instance has the whole limit, as if it were not shared. In a period as many as the limit
   * may be granted by each of them.
   */
  OPEN
}
