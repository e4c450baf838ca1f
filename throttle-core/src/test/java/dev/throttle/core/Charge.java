package dev.throttle.core;

/** What one call takes of one limit, in a {@link Ledger}. */
final class Charge {

  final MixedCall call;

  /** What the call is known to cost. */
  int actual;

  /** What its permit keeps until the call is complete. */
  int held;

  /** When it took something last. */
  long takenAt;

  /** What is left of the call for its provider, after changes, and what of its permit. */
  final Part provider = new Part();

  final Part permit = new Part();

  /** Whether the permit may have been taken back by earlier terms, so that nothing is promised. */
  boolean lost;

  Charge(MixedCall call, int cost, long now) {
    this.call = call;
    actual = cost;
    held = cost;
    takenAt = now;
  }

  void adjust(int to, long now) {
    if (to > held) {
      held = to;
      takenAt = now;
      permit.settledAt = Asked.NEVER; // what was taken now begins a hold of its own
    }
    actual = to;
  }

  boolean isOver() {
    return call.endedAt != Asked.NEVER;
  }

  boolean endedWithin(long nanos) {
    return isOver() && call.endedAt - call.grantedAt < nanos;
  }

  /** What terms that were changed have let go of, and when they began to, if they did. */
  static final class Part {
    int back;
    long settledAt = Asked.NEVER;
  }
}
