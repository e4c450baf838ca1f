package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that was sent, as its limits saw it: what is needed to act on what the provider's answer
 * says of them. Made by {@link Permit#sent} and {@link Throttle#sent}; safe for use by many
 * threads.
 *
 * <pre>{@code
 * try (Permit permit = throttle.acquire()) {
 *   Sent sent = permit.sent();
 *   Response response = client.send(request);
 *   permit.close(sent.heed(reader.read(response.status(), response.headers())));
 * }
 * }</pre>
 *
 * <h2>Are there others?</h2>
 *
 * As long as nobody else uses the limit, the provider has at least as many permits left as are free
 * here, together with those of calls in flight that it has not counted yet. That holds at the
 * instant in which it counts a call. What is free when the answer arrives differs from that by what
 * was granted meanwhile, which only lowers it, and by what has come back. So if less is left than
 * what is free without what has come back since the call was sent, somebody else has used the
 * difference; and so has he if a call was refused. Nothing is concluded from any other answer, so a
 * client that is alone uses all of its limit.
 *
 * <h2>What do they leave?</h2>
 *
 * From then on, as long as such evidence is not older than a few periods, each answer says what may
 * be used: what is left, but for what calls in flight will take of it, and for what comes back here
 * so soon that it may be back at the provider already. All other free slots are out of use until an
 * answer says that more is left; but none lets more be used than another that was heard since its
 * call was sent, since answers overtake each other. If no answer comes for a period, or until the
 * reset that was told, they are tried again, one after another.
 *
 * <p>So a call that is refused is refused for what others took since the last answer, or for less
 * than what can be told from the client's own calls. They do not wait for us.
 *
 * <h2>Which limit?</h2>
 *
 * A quota is about the limit that has its period, if it names one; of these the one of as many
 * permits, else that of the most permits below, as a client may have been given a part of the limit
 * only; else that of the fewest above. Of equal ones it is the last. Limits of calls at once have
 * none.
 */
public final class Sent {

  /** Nobody waits longer because of an answer: the longest quota is that of a month. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(31);

  /** Providers tell the time of a reset in seconds, and take a while to answer. */
  private static final long RESET_IS_SURE_BY = 2_000_000_000L;

  private static final long ANOTHER_PERIOD = 1L << 60;
  private static final long TOO_MANY = 1L << 40;

  private final Throttle throttle;
  private final @Nullable Permit permit;
  private final long at;
  private final int[] returned;

  /**
   * @param permit that of the call, if it is known
   */
  Sent(Throttle throttle, @Nullable Permit permit) {
    this.throttle = throttle;
    this.permit = permit;
    Slots[] slots = throttle.route.slots;
    at = slots[0].terms().now();
    returned = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      returned[i] = slots[i].returned();
    }
  }

  /**
   * Acts on what the provider said: pauses the buckets of the call until it may be asked again,
   * takes out of use what others have used, and lets fixed windows begin when it says. A bucket
   * that {@linkplain Bucket#heedSignals heeds no signals} is left alone.
   *
   * <p>To be called once, before the call's permit is complete; of one that is known to be
   * complete, as its call was given up, only the pause is heeded. Never blocks for long.
   *
   * @return whether the provider has counted the call; if not, its permit is to be given back
   */
  public boolean heed(Signal signal) {
    requireNonNull(signal, "signal");
    Duration retryAfter = signal.retryAfter();
    if (retryAfter != null && !retryAfter.isZero()) {
      for (Bucket bucket : throttle.route.buckets) {
        if (bucket.heedsSignals()) {
          pause(bucket, retryAfter);
        }
      }
    }
    if (permit != null && permit.isUsed()) {
      return true; // it is counted here in another way than the rest of this goes by
    }
    boolean isToldWhatIsLeft = false;
    for (Signal.Quota quota : signal.quotas()) {
      int limit = limitOf(quota);
      if (limit >= 0) {
        heed(quota, signal.refused(), limit);
        isToldWhatIsLeft = true;
      }
    }
    // A refusal that says nothing of what is left had better rest like a call that was counted.
    return !(signal.refused() && isToldWhatIsLeft);
  }

  private void heed(Signal.Quota quota, boolean refused, int i) {
    Slots slots = throttle.route.slots[i];
    Limit limit = slots.terms().limit;
    Duration resetIn = quota.resetIn();
    if (resetIn != null) {
      beginWindowIn(resetIn, slots);
    }
    long left = quota.leftOf(limit.capacity());
    long took = slots.terms().now() - at;
    int more = slots.heed(left, refused, returned[i], throttle.cost(i), took, againIn(resetIn));
    if (more == 0) {
      return;
    }
    throttle.route.remember();
    throttle.route.room.look(slots);
    throttle.route.room.events.usedByOthers(slots.bucket, more);
    if (left == 0 && resetIn != null && resetIn.compareTo(limit.period()) > 0) {
      pause(slots.bucket, resetIn); // the provider's period is longer than ours
    }
  }

  private static long againIn(@Nullable Duration resetIn) {
    return resetIn == null || resetIn.isZero() ? Nanos.FOR_EVER : Nanos.saturated(resetIn);
  }

  private static void pause(Bucket bucket, Duration duration) {
    bucket.pause(duration.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : duration);
  }

  // ---- which limit

  /** Returns the limit that a quota is about, or below zero if it can be none of the call's. */
  private int limitOf(Signal.Quota quota) {
    Slots[] slots = throttle.route.slots;
    int nearest = -1;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < slots.length; i++) {
      Terms terms = slots[i].terms();
      if (!terms.isConcurrency() && slots[i].bucket.heedsSignals()) {
        long distance = distance(quota, terms.limit);
        if (distance <= least) {
          least = distance;
          nearest = i;
        }
      }
    }
    return nearest >= 0 && isOnlyUsedInAnotherPeriod(quota, slots[nearest].terms().limit)
        ? -1
        : nearest;
  }

  /** What was used in a day does not tell what is left in a minute, nor in a day. */
  private static boolean isOnlyUsedInAnotherPeriod(Signal.Quota quota, Limit limit) {
    Duration period = quota.period();
    return quota.left() == null
        && quota.permits() == null
        && period != null
        && !period.equals(limit.period());
  }

  private static long distance(Signal.Quota quota, Limit limit) {
    Duration period = quota.period();
    boolean isItsPeriod = period == null || period.equals(limit.period());
    return distance(quota.permits(), limit) + (isItsPeriod ? 0 : ANOTHER_PERIOD);
  }

  private static long distance(@Nullable Long told, Limit limit) {
    if (told == null || told == limit.permits() || told == limit.capacity()) {
      return 0;
    }
    long above = limit.permits() - Math.min(told, Integer.MAX_VALUE);
    return above > 0 ? TOO_MANY + above : -above;
  }

  // ---- windows

  private static void beginWindowIn(Duration resetIn, Slots slots) {
    Windows windows = slots.terms().limit.windows();
    if (windows == null || windows.calendar() != null) {
      return;
    }
    Bucket bucket = slots.bucket;
    long length = windows.length().toNanos();
    long now = bucket.family.time.epochNanos();
    long reset = Nanos.add(now, Nanos.saturated(resetIn));
    long off = Math.floorMod(windows.endOf(now) - reset, length);
    if (Math.min(off, length - off) <= RESET_IS_SURE_BY) {
      return;
    }
    Windows told = windows.beginningAt(Instant.ofEpochSecond(0, reset));
    List<Limit> limits = new ArrayList<>();
    for (Slots of = bucket.slots; of != null; of = of.next) {
      Limit limit = of.terms().limit;
      limits.add(of == slots ? limit.withWindows(told) : limit);
    }
    bucket.change(limits);
  }
}
