package dev.throttle.remote.lease;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One limit of a shared bucket: what it has and wants. Touched only by turns of {@link Renewals}.
 */
final class Leased {

  private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);
  private static final int VERY_LONG = 60;

  /** One that was told by mistake must not stop all others for much longer. */
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  final Bucket bucket;
  final int index;
  final String name;

  /** What the ledger has said of it, or else what it was shared with. */
  SharedLimit limit;

  /** Whose word that is; {@link Revision#OWN} until the ledger has said. */
  private long revision = Revision.OWN;

  private final Definition definition;
  private final LongestCall longestCall;

  /** How long after the end of a lease what it granted has surely been counted. */
  Duration maxCall;

  int slots;

  /** What was leased when the lease ended, if it may be granted again without one. */
  int kept;

  /** How many slots the ledger was told last that are held, and that are wanted. */
  private int toldHeld;

  private int toldWanted;

  /** Until when the ledger wants nothing granted, as far as is known. */
  private long pausedUntil;

  /** The same at the latest: what it was told may have been heard as late as it was answered. */
  private long pausedAtMostUntil;

  /** Permits that calls were refused lately. */
  private long missed;

  /** How many the dearest call took, in the look where that was least: the same will come again. */
  private int missedAtLeast;

  private long missedLast;
  private long halvedLast;

  /** How many slots the dearest call takes that was refused lately, and when it was. */
  private int missedDearest;

  private long missedDearestLast;

  /** Since when there are enough for that call; null while there are not. */
  private @Nullable Long readySince;

  Leased(Bucket bucket, int index, LongestCall longestCall, long now) {
    Limit defined = bucket.limits().get(index);
    this.bucket = bucket;
    this.index = index;
    this.name = index == 0 ? bucket.name() : bucket.name() + "#" + (index + 1);
    this.limit = SharedLimit.of(defined);
    this.definition = new Definition(name, limit);
    this.longestCall = longestCall;
    this.maxCall = longestCall.countedWithin(defined);
    this.pausedUntil = now;
    this.pausedAtMostUntil = now;
    this.missedDearestLast = now;
  }

  private Snapshot.OfLimit now() {
    return bucket.snapshot().limits().get(index);
  }

  /**
   * Notes what calls were refused since the last look: they do not wait, but others like them will
   * come. Fewer and fewer are expected while none is refused, since others may want the slots; but
   * for long one, for who asks now and then, perhaps less often than leases end.
   */
  void noteRefused(long now, long refreshNanos, long longNanos) {
    Bucket.Refused refused = bucket.takeRefusedOfLease(index);
    if (now - missedDearestLast >= longNanos) {
      missedDearest = 0; // a caller that comes less often would keep slots from others for nothing
    }
    if (refused.dearest() > 0 && refused.dearest() >= missedDearest) {
      missedDearest = refused.dearest();
      missedDearestLast = now;
    }
    if (refused.permits() > 0) {
      boolean first = missed == 0 || now - missedLast >= longNanos;
      missedAtLeast = first ? refused.dearest() : Math.min(missedAtLeast, refused.dearest());
      missed = Math.min(missed + refused.permits(), limit.permits());
      missedLast = now;
      halvedLast = now;
    } else if (now - missedLast >= VERY_LONG * longNanos) {
      missed = 0;
    } else if (now - halvedLast >= refreshNanos) {
      missed = Math.max(Math.min(missed, missedAtLeast), missed / 2);
      halvedLast = now;
    }
  }

  /**
   * Returns how many slots could be made use of: those in use, those that calls wait for or were
   * refused, and some more; and beside them the reserve, which is a share of what is leased.
   */
  private int wanted(Snapshot.OfLimit state) {
    long missing = state.awaited() + Math.max(missed, missedDearest);
    long busy = state.inUse() + missing;
    // Where calls wait, more may come as soon as these go: callers that wait for each other's end.
    long more = busy / (missing > 0 ? 4 : 32);
    long some = busy == 0 ? 0 : busy + Math.max(1, more);
    return withReserve(some, state.limit());
  }

  /** Returns how many slots it takes that so many are left beside the reserve of them. */
  private static int withReserve(long slots, Limit limit) {
    int open = 100 - limit.reserve();
    return (int) Math.min((slots * 100 + open - 1) / open, limit.permits());
  }

  /** Gives back what is not wanted, when the buckets are told next. */
  void giveBack() {
    slots = Math.min(slots, wanted(now()));
  }

  /** Notes that the lease has ended. */
  void end(boolean keeps) {
    kept = keeps ? Math.max(kept, slots) : 0;
    slots = 0;
    readySince = null;
  }

  /**
   * Returns what is to be told to the ledger, after what is not wanted was given back.
   *
   * @param heldAlone whether nothing is held but what is granted without a lease
   * @param heldLonger how much longer than calls take it must be counted
   */
  LeaseRequest.Account account(
      boolean wantsNothing, boolean heldAlone, Duration heldLonger, long now, long soonNanos) {
    Snapshot.OfLimit state = now();
    // By the limit as it is now; calls that were granted before may take longer.
    Duration counted = longestCall.countedWithin(state.limit());
    maxCall = maxCall.compareTo(counted) < 0 ? counted : maxCall;
    toldHeld = Math.max(heldAlone ? slots : Math.max(slots, kept), state.inUse());
    LeaseRequest.Use use = use(state, wantsNothing);
    toldWanted = use.wanted();
    SharedLimit goesBy = SharedLimit.asFarAsSayable(state.limit());
    return new LeaseRequest.Account(
        name,
        goesBy,
        // Who does not go by an operator's word must not pass on for it what he goes by.
        goesBy.isAbout(limit) ? revision : Math.min(revision, Revision.DEFINED),
        Checks.atMostLongest(maxCall.plus(heldLonger)),
        toldHeld,
        use,
        pauseToTell(now, soonNanos));
  }

  private LeaseRequest.Use use(Snapshot.OfLimit state, boolean wantsNothing) {
    int waiting = bucket.waiting();
    int dearest = withReserve(Math.max(state.dearest(), missedDearest), state.limit());
    return wantsNothing
        ? new LeaseRequest.Use(state.inUse(), waiting, 0, 0)
        : new LeaseRequest.Use(state.inUse(), waiting, wanted(state), dearest);
  }

  /**
   * Takes what the ledger lends. A call that waits takes its slots as they come; but where one was
   * refused they have to be there when it is tried again, and what the ledger lends may be less by
   * then, as it is the turn of others. So once there are enough for it they are kept for a while:
   * as long as one use of them would keep them, but two refreshes at least and a lease at most. The
   * ledger counts them, since it was told that they are held; but where the limit was lowered, it
   * is less that may be in use.
   *
   * @param held what the ledger was told that is held
   */
  void lend(LeaseAnswer.Lease lease, int held, long now, long refreshNanos, long lengthNanos) {
    int lent = lease.slots();
    boolean lowered = lease.limit().permits() < limit.permits();
    Snapshot.OfLimit state = now();
    int enough = withReserve((long) state.inUse() + missedDearest, state.limit());
    if (lowered || missedDearest == 0 || Math.max(slots, lent) < enough) {
      readySince = null;
    } else if (readySince == null) {
      readySince = now;
    }
    long keepsNanos = Math.min(lengthNanos, Math.max(limit.rest().toNanos(), 2 * refreshNanos));
    boolean keeps = readySince != null && now - readySince < keepsNanos;
    slots = keeps ? Math.max(lent, Math.min(held, enough)) : lent;
    kept = 0;
  }

  /**
   * Does what the ledger says of the limit, beside what it lends.
   *
   * @param told the pause that the request told
   * @param since when the request was made
   * @param forgotten whether it has forgotten what it was told before
   * @param soonNanos how much longer or shorter a pause must be to be another one
   */
  void follow(
      LeaseAnswer.Lease lease,
      Duration told,
      long since,
      boolean forgotten,
      long now,
      long soonNanos) {
    limit = lease.limit();
    revision = lease.revision();
    // The ledger knows what it was told, so that is no news even if it was ended here since.
    pausedUntil = later(pausedUntil, since + told.toNanos());
    pausedAtMostUntil = later(pausedAtMostUntil, now + told.toNanos());
    long pauseNanos = lease.pause().toNanos();
    if (pauseNanos > 0 && since + pauseNanos - pausedAtMostUntil > soonNanos) {
      pausedUntil = now + pauseNanos;
      pausedAtMostUntil = pausedUntil;
      bucket.pause(lease.pause());
    } else if (pauseNanos == 0 && index == 0 && pausedUntil - now > soonNanos) {
      // Somebody has ended it. One of our own that the ledger has not heard of goes on.
      boolean resumes = !forgotten && pauseToTell(now, soonNanos).isZero();
      pausedUntil = now;
      pausedAtMostUntil = now;
      if (resumes) {
        bucket.resume();
      }
    }
    List<Limit> seen;
    List<Limit> limits;
    do {
      seen = bucket.limits();
      limits = new ArrayList<>(seen);
      limits.set(index, longestCall.bounding(limit.appliedTo(seen.get(index))));
    } while (!limits.equals(seen) && !bucket.change(seen, limits));
    if (!limits.equals(seen)) {
      LOG.info("{} is so from now on, as the ledger says.", bucket);
    }
    String news = definition.news(lease, SharedLimit.asFarAsSayable(limits.get(index)));
    if (!news.isEmpty()) {
      LOG.warn("{}", news);
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** Returns whether there is something that the ledger should hear soon. */
  boolean hasNews(boolean mayWant, long now, long soonNanos) {
    return (mayWant && wanted(now()) > slots) || !pauseToTell(now, soonNanos).isZero();
  }

  /**
   * Returns whether the ledger believes that it has or wants something, or it does; or whether it
   * will tell a pause again, unless it hears that somebody has ended that.
   */
  boolean isUsed() {
    Snapshot state = bucket.snapshot();
    return slots > 0
        || toldHeld > 0
        || toldWanted > 0
        || state.limits().get(index).inUse() > 0
        || state.pausedFor().compareTo(LONGEST_PAUSE) > 0;
  }

  /**
   * Returns a pause that the ledger does not know of, or zero. A long one is told as one of an
   * hour, and again once in a while.
   */
  private Duration pauseToTell(long now, long soonNanos) {
    if (index > 0) {
      return Duration.ZERO; // the pause is that of the bucket, and its first limit tells it
    }
    Duration paused = bucket.snapshot().pausedFor();
    boolean isLong = paused.compareTo(LONGEST_PAUSE) > 0;
    Duration told = isLong ? LONGEST_PAUSE : paused;
    long news = told.toNanos() - Math.max(0, pausedUntil - now);
    long least = isLong ? LONGEST_PAUSE.toNanos() / 4 : soonNanos;
    return news > least ? told : Duration.ZERO;
  }
}
