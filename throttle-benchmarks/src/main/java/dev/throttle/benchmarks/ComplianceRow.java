package dev.throttle.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One limiter against one kind of provider; percentages as in {@link Usage}.
 *
 * @param optimumPercent use relative to the optimum
 */
record ComplianceRow(
    Contender contender,
    String provider,
    int sent,
    @JsonProperty("429") int rejected,
    double usePercent,
    double optimumPercent) {

  /** Adds up calls and takes the mean of the percentages: of a provider's phases, say. */
  static ComplianceRow of(Contender contender, String provider, List<Usage> usages) {
    return new ComplianceRow(
        contender,
        provider,
        usages.stream().mapToInt(Usage::sent).sum(),
        usages.stream().mapToInt(Usage::rejected).sum(),
        meanPercent(usages, Usage::use),
        meanPercent(usages, usage -> usage.use() / usage.optimum()));
  }

  @JsonProperty("429Percent")
  double rejectedPercent() {
    return 100.0 * rejected / sent;
  }

  boolean breaksPromise() {
    return contender.promisesNo429() && rejected > 0;
  }

  private static double meanPercent(List<Usage> usages, ToDoubleFunction<Usage> fraction) {
    return 100 * usages.stream().mapToDouble(fraction).average().orElseThrow();
  }
}
