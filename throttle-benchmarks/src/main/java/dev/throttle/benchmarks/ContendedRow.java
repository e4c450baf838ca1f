package dev.throttle.benchmarks;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Threads at one full limiter.
 *
 * @param usePercent permits granted of those that the limit allows; null where it limits only calls
 *     at once
 * @param jain Jain's index of the grants of each thread: 1 if all had the same, 1/threads if one
 *     had all
 * @param most grants of a thread
 * @param fewest grants of a thread
 * @param longestNanos the longest that a thread had to wait for its next grant
 */
record ContendedRow(
    String limiter,
    String limit,
    int threads,
    double grantsPerSecond,
    @Nullable Double usePercent,
    double jain,
    long most,
    long fewest,
    long longestNanos) {

  static ContendedRow of(Contest contest, Duration duration, List<Contention.Tally> tallies) {
    LongSummaryStatistics grants =
        tallies.stream().mapToLong(Contention.Tally::grants).summaryStatistics();
    double squares =
        tallies.stream().mapToDouble(tally -> (double) tally.grants() * tally.grants()).sum();
    double sum = grants.getSum();
    return new ContendedRow(
        contest.limiterName(),
        contest.limit(),
        tallies.size(),
        sum * 1e9 / duration.toNanos(),
        contest.isOfRate() ? usePercent(contest, duration, tallies) : null,
        squares == 0 ? 1 : sum * sum / (tallies.size() * squares),
        grants.getMax(),
        grants.getMin(),
        tallies.stream().mapToLong(Contention.Tally::longestNanos).max().orElse(0));
  }

  private static double usePercent(
      Contest contest, Duration duration, List<Contention.Tally> tallies) {
    double granted = tallies.stream().mapToDouble(Contention.Tally::weighted).sum();
    // The weights of a steady stream add up to this much time.
    double nanos = duration.minus(contest.period()).toNanos();
    return 100 * granted / (nanos * contest.permitsPerNano());
  }

  /** Returns the round with the median of grants, and the longest wait of all. */
  static ContendedRow median(List<ContendedRow> rounds) {
    List<ContendedRow> sorted =
        rounds.stream().sorted(Comparator.comparingDouble(ContendedRow::grantsPerSecond)).toList();
    ContendedRow median = sorted.get(sorted.size() / 2);
    return new ContendedRow(
        median.limiter,
        median.limit,
        median.threads,
        median.grantsPerSecond,
        median.usePercent,
        median.jain,
        median.most,
        median.fewest,
        rounds.stream().mapToLong(ContendedRow::longestNanos).max().orElse(0));
  }
}
