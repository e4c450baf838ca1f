package dev.throttle.core;

import java.util.ArrayDeque;

/**
 * The slots of a limit that are out of use because others use the provider's limit too; {@link
 * Sent} tells how that is known. Not thread-safe.
 */
final class Others {

  /** For so long after others were seen each answer is believed. */
  private static final int PERIODS = 4;

  private static final int MOST_HEARD = 64;

  private int slots;
  private long triedAgainAt;
  private boolean about;
  private long aboutUntil;
  private long slowest;

  /** The last answers, but for those that a later one outdid: each would have less out of use. */
  private final ArrayDeque<Heard> heard = new ArrayDeque<>();

  /**
   * An answer.
   *
   * @param out how many slots it would have out of use
   */
  private record Heard(long at, int out) {}

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
   * Returns how many slots have to be out of use at least after the answer to a call that was sent
   * then: answers overtake each other, so one that lets more be used than another which was heard
   * meanwhile may have been given before that.
   *
   * @param out as many as the answer itself would have
   */
  int atLeastOut(int out, long sentAt) {
    for (Heard answer : heard) {
      if (answer.at - sentAt > 0) {
        return Math.max(out, Math.min(slots, answer.out));
      }
    }
    return out;
  }

  /**
   * Takes more slots out of use, or fewer, after the provider has said what is left.
   *
   * @param out how many the answer by itself would have
   * @param evident whether it proves that there are others
   * @param resetIn when more is left by the answer, or for ever
   */
  void told(int more, int out, boolean evident, Terms terms, long now, long resetIn) {
    long period = terms.periodNanos + terms.guardNanos;
    slots += more;
    note(new Heard(now, out));
    triedAgainAt = now + Math.min(period, resetIn);
    if (evident) {
      about = true;
      aboutUntil = now + PERIODS * period;
    }
  }

  private void note(Heard answer) {
    while (!heard.isEmpty() && answer.at - heard.getFirst().at > slowest) {
      heard.removeFirst(); // all calls that were sent before are answered
    }
    while (!heard.isEmpty() && heard.getLast().out <= answer.out) {
      heard.removeLast();
    }
    if (heard.size() == MOST_HEARD) {
      heard.addLast(new Heard(answer.at, heard.removeLast().out));
    } else {
      heard.addLast(answer);
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
