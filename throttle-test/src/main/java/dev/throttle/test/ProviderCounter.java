package dev.throttle.test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a provider has counted against a limit, or against several that a call must pass together.
 *
 * <p>Time comes with each call, so one counter serves a real server, virtual time and a simulation.
 * Safe for many threads: each call is atomic. Ticks may wrap and are compared by subtraction; a
 * tick older than one that was seen already counts as that one.
 */
public final class ProviderCounter {

  private final List<Gate> gates; // in the order in which they are locked

  private ProviderCounter(List<Gate> gates) {
    this.gates = gates;
  }

  static ProviderCounter of(ProviderLimit limit) {
    return new ProviderCounter(List.of(new Gate(limit)));
  }

  /**
   * Returns a counter whose calls are counted by all of these or, if one refuses, by none. It
   * shares what they have counted: a global limit takes part in the counter of every endpoint.
   *
   * <p>Limits that are {@linkplain ProviderLimit#countingRefused counting refused} calls count
   * those refused by the others too.
   */
  public static ProviderCounter allOf(ProviderCounter... counters) {
    if (counters.length == 0) {
      throw new IllegalArgumentException("allOf needs at least one counter, but there was none.");
    }
    return new ProviderCounter(
        Arrays.stream(counters)
            .flatMap(counter -> counter.gates.stream())
            .distinct()
            .sorted(Comparator.comparingLong(gate -> gate.number))
            .toList());
  }

  /** Counts one call of cost 1, or refuses it; see {@link #count(long, int)}. */
  public Answer count(long nanos) {
    return count(nanos, 1);
  }

  /**
   * Counts one call, or refuses it.
   *
   * @param nanos the tick at which the call is counted; fixed and calendar windows take it for the
   *     wall clock, in nanoseconds since 1970
   * @param cost how many permits the call takes, at least 1; limits that are {@linkplain
   *     ProviderLimit#countingCalls counting calls} take it for 1
   * @return the answer after counting; of several limits the tightest of each value
   */
  public Answer count(long nanos, int cost) {
    if (cost < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "cost must be at least 1, but was %d.", cost));
    }
    gates.forEach(gate -> gate.lock.lock());
    try {
      return tightest(Gate.countEach(gates, nanos, nanos, cost));
    } finally {
      gates.forEach(gate -> gate.lock.unlock());
    }
  }

  static Answer tightest(List<Answer> answers) {
    Answer tightest = new Answer(true, Integer.MAX_VALUE, 0, 0);
    for (Answer answer : answers) {
      tightest = tightest.and(answer);
    }
    return tightest;
  }

  /**
   * What a provider says to one call. Nanoseconds, never negative.
   *
   * @param accepted whether the call passes
   * @param remaining how many more calls of cost 1 would pass now
   * @param retryInNanos until another call of this cost would pass if none came before; 0 if one
   *     would now, {@link Long#MAX_VALUE} if it costs more than can ever be free
   * @param resetInNanos until all permits are back if no call came before; 0 if they are
   */
  public record Answer(boolean accepted, int remaining, long retryInNanos, long resetInNanos) {

    private Answer and(Answer other) {
      return new Answer(
          accepted && other.accepted,
          Math.min(remaining, other.remaining),
          Math.max(retryInNanos, other.retryInNanos),
          Math.max(resetInNanos, other.resetInNanos));
    }
  }
}
