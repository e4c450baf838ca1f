package dev.throttle.core;

/**
 * The slots of a limit that are out of use because others use the provider's limit too; {@link
 * Sent} tells how that is known. Not thread-safe.
 */
final class Others {

  private int slots;
  private long until;

  /** When an answer was last heard that left less than was thought. */
  private long lessToldAt;

  /** Returns how many slots are out of use. */
  int slots() {
    return slots;
  }

  /** Takes more slots out of use, or fewer, after the provider has said what is left. */
  void told(int more, Terms terms, long now) {
    slots += more;
    if (more > 0) {
      lessToldAt = now;
    }
    until = now + terms.periodNanos + terms.guardNanos;
  }

  /**
   * Returns whether the answer to a call that was sent then may say that more is left: answers
   * overtake each other, and one that was given before the last that left less knows nothing of
   * that.
   */
  boolean mayLeaveMore(long sentAt) {
    return slots == 0 || sentAt - lessToldAt >= 0;
  }

  /** Returns how long it takes until a slot may be tried again; only if there is one. */
  long forgetIn(long now) {
    return until - now;
  }

  /**
   * Forgets what the provider said a period ago, and nothing since: the slots may be tried again,
   * one after another as the limit grants them, so that few are refused.
   *
   * @return how many slots are of use again
   */
  int forget(Terms terms, long now) {
    if (slots == 0 || now - until < 0) {
      return 0;
    }
    long apart = terms.dripsWithin(1);
    int forgotten = (int) Math.min(slots, 1 + (now - until) / apart);
    slots -= forgotten;
    until += forgotten * apart;
    return forgotten;
  }
}
