package dev.throttle.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Many callers that waited on one full bucket.
 *
 * @param bytes on the heap for one of them while it waits, with the future that it holds
 * @param bytesBesideFuture the same without that future, as a bare one weighs
 * @param askedPerSecond callers that could begin to wait in a second, in one thread
 * @param grantedPerSecond from the instant when all permits came back until the last had one
 * @param cancelledPerSecond futures cancelled in random order in a second, in one thread
 * @param bytesLeft on the heap for one of them when all were cancelled and forgotten
 */
record WaitersRow(
    String limiter,
    double bytes,
    double bytesBesideFuture,
    double askedPerSecond,
    double grantedPerSecond,
    double cancelledPerSecond,
    double bytesLeft) {

  /** Takes the median of each figure by itself. */
  static WaitersRow median(List<WaitersRow> rounds) {
    return new WaitersRow(
        rounds.get(0).limiter,
        median(rounds, WaitersRow::bytes),
        median(rounds, WaitersRow::bytesBesideFuture),
        median(rounds, WaitersRow::askedPerSecond),
        median(rounds, WaitersRow::grantedPerSecond),
        median(rounds, WaitersRow::cancelledPerSecond),
        median(rounds, WaitersRow::bytesLeft));
  }

  private static double median(List<WaitersRow> rounds, ToDoubleFunction<WaitersRow> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
        .average()
        .orElseThrow();
  }
}
