package dev.throttle.remote.lease.contract;

import dev.throttle.remote.lease.LeaseStore;
import dev.throttle.remote.lease.SharedLimit;

/**
 * A store, and how its limits are changed.
 *
 * @param store closed when the test is over
 * @param change what an operator does
 */
public record StoreUnderTest(LeaseStore store, Change change) {

  /** Changes a limit, and returns when it is changed. */
  @FunctionalInterface
  public interface Change {

    /** Changes the limit of this name. */
    void change(String name, SharedLimit limit);
  }
}
