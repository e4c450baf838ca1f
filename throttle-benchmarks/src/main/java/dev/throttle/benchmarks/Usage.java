package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How well a client did against a limit of N calls per period P.
 *
 * <p><b>Use</b> is accepted calls over the calls that the limit allows in the time they took. Calls
 * tend to come in bursts of N, so counting them between two readings of a clock would be wrong by
 * up to a burst. Instead the accepted calls are cut into whole turns of N, which the limit allows
 * in P each, and the time from a call to the one that is j turns later is measured: use is j × P
 * over that time, its mean taken over the N calls of the first turn. The first {@value
 * #RAMP_UP_TURNS} turns do not count: a client that starts with an idle limit gets a turn for
 * nothing.
 *
 * <p><b>Optimum</b> is what a safe client can reach that does not know when in its round trip a
 * call is counted. It must keep each of N places for a round trip and P, hence P / (P + mean round
 * trip). A client that sends too early can be above it, and pays in 429s.
 *
 * @param sent all calls, of the ramp-up too
 * @param rejected calls answered 429, of the ramp-up too
 * @param use as a fraction
 * @param optimum as a fraction
 */
record Usage(int sent, int rejected, double use, double optimum) {

  private static final int RAMP_UP_TURNS = 2;

  /**
   * Evaluates the calls of one client to one provider.
   *
   * @throws IllegalArgumentException if they are too few to measure a whole turn after the ramp-up
   */
  static Usage of(List<Call> calls, int limit, Duration period) {
    long[] accepted =
        calls.stream().filter(Call::accepted).mapToLong(Call::countedNanos).sorted().toArray();
    int turns = accepted.length / limit - RAMP_UP_TURNS - 1;
    if (turns < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "use needs at least %d accepted calls to measure, but had %d. Fix: measure for longer.",
              (RAMP_UP_TURNS + 2) * limit,
              accepted.length));
    }
    double turnsNanos = 0;
    for (int i = RAMP_UP_TURNS * limit; i < (RAMP_UP_TURNS + 1) * limit; i++) {
      turnsNanos += (double) (accepted[i + turns * limit] - accepted[i]) / limit;
    }
    double roundTrip = calls.stream().mapToLong(Call::roundTripNanos).average().orElseThrow();
    double periodNanos = period.toNanos();
    return new Usage(
        calls.size(),
        calls.size() - accepted.length,
        turns * periodNanos / turnsNanos,
        periodNanos / (periodNanos + roundTrip));
  }
}
