package dev.throttle.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a provider has counted against a limit, or against several that a call must pass together.
 *
 * <p>Time comes with each call, so one counter serves a real server, virtual time and a simulation.
 * Safe for many threads: each call is atomic. Ticks may wrap and are compared by subtraction; a
 * tick older than one that was seen already counts as that one.
 */
public final class ProviderCounter {

  private final List<Gate> gates;

  ProviderCounter(List<Gate> gates) {
    this.gates = gates;
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
    return together(Arrays.stream(counters).flatMap(counter -> counter.gates.stream()));
  }

  static ProviderCounter together(Stream<Gate> gates) {
    return new ProviderCounter(
        gates.distinct().sorted(Comparator.comparingLong(gate -> gate.number)).toList());
  }

  /**
   * Counts one call, or refuses it.
   *
   * @param nanos the tick at which the call is counted
   * @return the answer after counting; of several limits the tightest of each value
   */
  public Answer count(long nanos) {
    return tightest(countEach(nanos));
  }

  /** Counts one call and answers for each limit; refused if any of the answers is. */
  List<Answer> countEach(long nanos) {
    List<Answer> answers = new ArrayList<>(gates.size());
    gates.forEach(gate -> gate.lock.lock());
    try {
      boolean accepted = true;
      for (Gate gate : gates) {
        gate.moveTo(nanos);
        accepted &= gate.accepts();
      }
      for (Gate gate : gates) {
        boolean accepts = gate.accepts();
        if (accepted || gate.limit.countsRefused()) {
          gate.add();
        }
        answers.add(gate.answer(accepts));
      }
    } finally {
      gates.forEach(gate -> gate.lock.unlock());
    }
    return answers;
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
   * @param remaining how many more calls would pass now
   * @param retryInNanos until a call would pass if none came before; 0 if one would now
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
