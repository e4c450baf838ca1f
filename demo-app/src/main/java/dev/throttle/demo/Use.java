package dev.throttle.demo;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The use of the limit over everything, as a share of what any safe client could reach.
 *
 * <p>A client that does not know at which instant of a round trip the provider counts must keep
 * each of the N permits from the moment it sends until one period P after the answer. So a permit
 * comes round once in P + r at best, with r the round trip, and each time it does the provider
 * counts a call, N calls after the one before. Hence
 *
 * <pre>use = (P + mean r) / mean time from call i to call i + N</pre>
 *
 * <p>Comparing calls N apart, rather than dividing a count by a time, does not depend on where in a
 * burst the reading begins or ends. The first N calls are left out, which an idle limit gives away
 * to a program that is still starting; and the last N, among which some endpoints' calls run out
 * before the others'.
 *
 * <p>Where others use the limit too, their calls are among those compared, with a round trip of
 * zero: what they take comes back one period after it was counted. The rest is what a client can
 * use safely.
 *
 * <p>Two things make the result smaller than the truth, never larger: the round trip is read at the
 * provider, without the ways there and back; and the endpoints' own limits delay calls too. In the
 * mix of {@link Errands} they allow as much as the limit over everything.
 */
public final class Use {

  private Use() {}

  /** Returns the share, 1 at best; nothing if too few calls passed to tell. */
  public static OptionalDouble of(Half half) {
    List<Passage> passed = half.passages().stream().filter(call -> !call.refused()).toList();
    int first = Shop.LIMIT;
    int end = passed.size() - 2 * Shop.LIMIT;
    if (end <= first) {
      return OptionalDouble.empty();
    }
    long roundTrips = 0;
    long comingRound = 0;
    for (int i = first; i < end; i++) {
      Passage call = passed.get(i);
      roundTrips += call.roundTripNanos();
      comingRound += passed.get(i + Shop.LIMIT).countedNanos() - call.countedNanos();
    }
    double best = Shop.PERIOD.toNanos() + (double) roundTrips / (end - first);
    return OptionalDouble.of(best * (end - first) / comingRound);
  }
}
