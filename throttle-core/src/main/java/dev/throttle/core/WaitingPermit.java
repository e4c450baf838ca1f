package dev.throttle.core;

/** Waits for a permit that its caller will complete. */
final class WaitingPermit extends WaitingFuture<Permit> {

  WaitingPermit(Throttle throttle) {
    super(throttle);
  }

  @Override
  void granted() {
    if (!future.complete(new Permit(throttle, stamp))) {
      throttle.giveBack(stamp);
    }
  }

  @Override
  void completedAfterGrant() {}
}
