package dev.throttle.clients.reactive;

import dev.throttle.core.Permit;
import org.jspecify.annotations.Nullable;

/** Who subscribes under a permit, and tells what it meets there that this is paid for. */
@FunctionalInterface
public interface Paying {

  /**
   * Subscribes on this thread.
   *
   * @param permit null if nothing was due
   */
  void pay(@Nullable Permit permit, Runnable subscribing);
}
