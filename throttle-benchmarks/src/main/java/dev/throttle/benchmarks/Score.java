package dev.throttle.benchmarks;

import java.util.Locale;

/**
 * One measured row.
 *
 * @param name what was measured
 * @param threads how many threads did it at once, on the same object
 * @param nanos mean time of one operation in one thread
 * @param error half the width of the 99.9 % confidence interval of {@code nanos}
 * @param median of the same times; what scores are compared by, since noisy neighbours move it less
 * @param bytes allocated by one operation
 */
record Score(String name, int threads, double nanos, double error, double median, double bytes) {

  String time() {
    return String.format(Locale.ROOT, "%.1f ± %.1f", nanos, error);
  }

  String allocation() {
    return String.format(Locale.ROOT, "%.1f", bytes);
  }

  double nanosOver(Score other) {
    return median - other.median;
  }

  double times(Score floor) {
    return median / floor.median;
  }
}
