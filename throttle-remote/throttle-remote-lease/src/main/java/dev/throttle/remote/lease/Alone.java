package dev.throttle.remote.lease;

import dev.throttle.core.Unreachable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance may grant while its lease has ended and the store does not answer. Touched only
 * by turns of {@link Renewals}.
 *
 * <h2>Why shares are safe</h2>
 *
 * Let the store be out of reach of all from some instant on; before it, messages got through. An
 * instance asks at least once in a quarter of a lease, also if it is idle. So then
 *
 * <ul>
 *   <li>whoever has a lease at that instant was answered less than a lease before it. What he knows
 *       of the number of instances counts all who had been there for a lease, without a gap, in the
 *       same life of the ledger. Only these go on. So the shares of those who go on, each the limit
 *       divided by a number that is at least theirs, are together no more than the limit;
 *   <li>what all have leased at that instant is no more than the limit. So it is no more if each
 *       goes on with what he had, or with his share if that is less;
 *   <li>the lease of everybody ends no later than one lease after that instant, and the instant is
 *       before the end of one's own. After one more lease, the longest call, and a rest nothing
 *       counts any more that was granted by a lease. Only then one grows to one's share.
 * </ul>
 *
 * The store may come back for a moment in which only some are heard, and be gone again. Whose lease
 * ran until then may be told of fewer instances, and have a lease for longer. Therefore the number
 * is the most that was heard within four leases and more, and one grows a further lease later. It
 * must not do so again and again.
 *
 * <h2>Why coming back is safe</h2>
 *
 * Who was alone says so, and the ledger learns from then on: it lends nobody more than he holds,
 * until all others have long been heard. But it may hear somebody else first.
 *
 * <ul>
 *   <li>Whose lease still runs, or has just ended, may be lent more. The ledger still counts then
 *       what the others had, which is what they go on with: they have told it a longest call that
 *       is one lease longer than it is.
 *   <li>Who is new, or has slept, only says that he is there, and wants nothing until all who were
 *       alone have asked again.
 * </ul>
 *
 * So what the others had must be counted until they have asked again. Who was answered last just
 * before the store was gone may still have a lease when it is back, nearly a lease later. The
 * others were heard a quarter of a lease before him at the earliest, and ask again within five
 * refreshes of its return, if a {@link Circuit} keeps them from asking sooner. Together that is
 * surely less than the further lease for which they are counted if a refresh is no more than an
 * eighth of a lease; who renews less often has no share.
 *
 * <p>Being alone is itself a lease, a short one that each look renews: so it ends in the same way
 * if turns stop. Who looks too late has slept, and does not know whether it was within the first
 * lease, so he has no share any more.
 *
 * <p>None of this holds for {@link Unreachable#OPEN}, which promises nothing while it lasts. The
 * ledger is not asked to learn by it: it counts what is in use as soon as everybody has told it,
 * and learning would let those starve who are heard last.
 */
final class Alone {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);

  /** How often leases have to be renewed in their length, at least, for shares to be safe. */
  static final int PER_LEASE = 8;

  private final Unreachable policy;
  private final long refreshNanos;

  private long lengthNanos;

  /** The most instances that were heard of since {@link #countsSince}; zero if none ever were. */
  private int most;

  /** The most of the four leases before, or longer. */
  private int mostBefore;

  private long countsSince;

  /** Since when leases have followed one another without a gap; null if there is one now. */
  private @Nullable Long unbrokenSince;

  /** When the last request was made that was answered. */
  private long heardLast;

  /** Until when nothing is wanted, after a gap; null before it was answered. */
  private @Nullable Long strangeUntil;

  /** When the first request was made that was not answered since; null if there is none. */
  private @Nullable Long askedSince;

  private boolean alone;
  private long aloneSince;
  private boolean hasShare;

  Alone(Unreachable policy, long refreshNanos, long lengthNanos) {
    this.policy = policy;
    this.refreshNanos = refreshNanos;
    this.lengthNanos = lengthNanos;
  }

  /** Returns what happens, to end a message with. */
  static String words(Unreachable policy) {
    return switch (policy) {
      case WAIT -> "calls wait";
      case SHARE -> "each instance goes on with its share";
      case OPEN -> "each instance has the whole limit to itself";
    };
  }

  /** Returns whether leases are renewed often enough in their length for a policy to be safe. */
  static boolean isSafe(Unreachable policy, long refreshNanos, long lengthNanos) {
    return policy != Unreachable.SHARE || refreshNanos <= lengthNanos / PER_LEASE;
  }

  /** How long it may look away. */
  long stepNanos() {
    return Math.max(1, lengthNanos / 4);
  }

  boolean isAlone() {
    return alone;
  }

  /** Returns whether the ledger must know that there are some who grant without a lease. */
  boolean mustBeTold() {
    return alone && policy == Unreachable.SHARE;
  }

  /** Returns whether it must not want anything yet. */
  boolean isStrange(long now) {
    return policy == Unreachable.SHARE
        && !alone
        && (strangeUntil == null || now - strangeUntil < 0);
  }

  /** Returns whether it has to say that it is there, although it has no news. */
  boolean hasToShow(long now) {
    return policy == Unreachable.SHARE && (isStrange(now) || now - heardLast >= stepNanos());
  }

  /** Returns whether what was leased may be granted again after the lease has ended. */
  boolean keepsWhatWasLeased() {
    return policy == Unreachable.SHARE;
  }

  /** Returns for how much longer than it says a ledger must count what it had. */
  long heldLongerNanos() {
    return policy == Unreachable.SHARE ? lengthNanos : 0;
  }

  // ---- what happens

  void asked(long now) {
    if (askedSince == null) {
      askedSince = now;
    }
  }

  /**
   * Notes an answer, before the new lease begins.
   *
   * @param toldSo whether the request said that it was alone
   * @param since when the request was made
   * @param leaseEnd when the lease before ends
   * @param forgotten whether the ledger has lost its memory
   */
  void answered(
      LeaseAnswer answer, boolean toldSo, long since, long leaseEnd, boolean forgotten, long now) {
    noteGap(now, leaseEnd);
    if (unbrokenSince == null) {
      strangeUntil = toldSo ? now : now + untilAllHaveAskedNanos(answer.length().toNanos());
    }
    if (unbrokenSince == null || alone || forgotten || now - leaseEnd >= 0) {
      unbrokenSince = now;
    }
    lengthNanos = answer.length().toNanos();
    if (most == 0 || now - countsSince >= 4 * lengthNanos) {
      mostBefore = most;
      most = 0;
      countsSince = now;
    }
    most = Math.max(most, Math.max(1, answer.instances()));
    heardLast = since;
    askedSince = null;
    alone = false;
  }

  /** Returns the most instances that there were lately; zero if the ledger never answered. */
  private int instances() {
    return Math.max(most, mostBefore);
  }

  /**
   * Who is alone asks again at once if the store answers that it cannot, and else when a request is
   * given up, which is after a quarter of a lease or two refreshes; a {@link Circuit} adds two
   * refreshes, and the pace of asking one.
   */
  private long untilAllHaveAskedNanos(long lengthNanos) {
    return refreshNanos + Math.max(lengthNanos / 2, 5 * refreshNanos);
  }

  private void noteGap(long now, long leaseEnd) {
    if (now - leaseEnd > stepNanos()) {
      unbrokenSince = null;
      strangeUntil = null;
      hasShare = false;
    }
  }

  /**
   * Looks, when a lease has ended or is that of being alone, and returns whether it is alone.
   *
   * @param leaseEnd when it ended or ends
   */
  boolean look(long now, long leaseEnd) {
    noteGap(now, leaseEnd);
    if (!alone && begins(now)) {
      alone = true;
      aloneSince = now;
      boolean known = unbrokenSince != null && heardLast - unbrokenSince >= lengthNanos;
      hasShare = known && isSafe(policy, refreshNanos, lengthNanos);
      LOG.warn(
          "The ledger of shared limits does not answer, and the lease has ended: from now on {}{}.",
          words(policy),
          policy == Unreachable.OPEN
              ? ""
              : hasShare
                  ? ", one of " + instances()
                  : ", but this one is too new to have any, or renews its leases too seldom");
    }
    return alone;
  }

  private boolean begins(long now) {
    boolean unheard = askedSince != null && now - askedSince >= stepNanos();
    return switch (policy) {
      case WAIT -> false;
      case SHARE -> unheard && instances() > 0;
      case OPEN -> unheard;
    };
  }

  /** Returns how many slots of a limit it may have in use, while it is alone. */
  int slots(Leased one, long now) {
    if (policy == Unreachable.OPEN) {
      return one.limit.permits();
    }
    if (!hasShare) {
      return 0;
    }
    int share = one.limit.permits() / instances();
    long othersEnd = 2 * lengthNanos + one.maxCall.toNanos() + one.limit.rest().toNanos();
    boolean mayGrow = now - aloneSince >= othersEnd + othersEnd / 1_000;
    return mayGrow ? share : Math.min(one.kept, share);
  }
}
