package dev.throttle.clients.reactive;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that a lock which is held for an instant, and a spin as short, are no blocking:
 * whoever asks for a permit may meet them. Found by BlockHound's service loader.
 *
 * <p>A thread that waits for its permit is reported as before.
 */
public final class BriefLocks implements BlockHoundIntegration {

  /** Makes one; for the service loader. */
  public BriefLocks() {}

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside("dev.throttle.core.WaitingRoom", "takeLock")
        .allowBlockingCallsInside("dev.throttle.core.Collision", "stepAside")
        .allowBlockingCallsInside("dev.throttle.core.SystemTime", "schedule");
  }
}
