package dev.throttle.core;

/**
 * The slots of a limit that are out of use because others use the provider's limit too; {@link
 * Sent} tells how that is known. Not thread-safe.
 */
final class Others {

  /** For so long after others were seen each answer is believed. */
  private static final int PERIODS = 4;

  private int slots;
  private long triedAgainAt;
  private boolean about;
  private long aboutUntil;
  private long heardAt;
  private long slowest;

  /** Returns how many slots are out of use. */
  int slots() {
    return slots;
  }

  /** Returns whether others were seen not long ago. */
  boolean areAbout(long now) {
    about &= now - aboutUntil < 0;
    return about || slots > 0;
  }

  /** Returns how long answers take, as the slowest of the last ones and this one did. */
  long slowest(long tookNanos) {
    slowest = Math.max(tookNanos, slowest - (slowest >> 4));
    return slowest;
  }

  /**
   * Returns whether the answer to a call that was sent then may let more be used: answers overtake
   * each other, and one that was given before the last that was heard may be about more than that.
   */
  boolean mayLeaveMore(long sentAt) {
    return sentAt - heardAt >= 0;
  }

  /**
   * Takes more slots out of use, or fewer, after the provider has said what is left.
   *
   * @param evident whether that proves that there are others
   */
  void told(int more, boolean evident, Terms terms, long now) {
    long period = terms.periodNanos + terms.guardNanos;
    slots += more;
    heardAt = now;
    triedAgainAt = now + period;
    if (evident) {
      about = true;
      aboutUntil = now + PERIODS * period;
    }
  }

  /**
   * Goes on by other terms: of a smaller limit others can have used no more than all of it.
   *
   * @param free slots by these terms, fewer than none if more are out of use than there are
   * @return how many slots are of use again
   */
  int changed(Terms terms, int free, long now) {
    int again = terms.isConcurrency() ? slots : Math.min(slots, Math.max(0, -free));
    slots -= again;
    long period = terms.periodNanos + terms.guardNanos;
    if (triedAgainAt - now > period) {
      triedAgainAt = now + period;
    }
    return again;
  }

  /** Returns how long it takes until a slot may be tried again; only if there is one. */
  long forgetIn(long now) {
    return triedAgainAt - now;
  }

  /**
   * Forgets what the provider said a period ago, and nothing since: the slots may be tried again,
   * one after another as the limit grants them, so that few are refused.
   *
   * @return how many slots are of use again
   */
  int forget(Terms terms, long now) {
    if (slots == 0 || now - triedAgainAt < 0) {
      return 0;
    }
    long apart = terms.dripsWithin(1);
    int forgotten = (int) Math.min(slots, 1 + (now - triedAgainAt) / apart);
    slots -= forgotten;
    triedAgainAt += forgotten * apart;
    return forgotten;
  }
}
