package dev.throttle.benchmarks;

import java.util.Map;
import picocli.CommandLine.Option;

/** How long to measure; the options that every JMH command has. */
final class JmhSettings {

  @Option(names = "--quick", description = "One short round: for a look, not for a claim.")
  private boolean quick;

  @Option(names = "--forks", description = "Rounds, each in fresh JVMs.")
  private int forks = 3;

  @Option(names = "--iterations", description = "Measurements in a JVM.")
  private int iterations = 5;

  @Option(names = "--seconds", description = "Length of a measurement.")
  private double seconds = 1;

  int rounds() {
    return quick ? 1 : forks;
  }

  int warmups() {
    return quick ? 2 : 3;
  }

  int iterations() {
    return quick ? 3 : iterations;
  }

  long iterationMillis() {
    return quick ? 300 : Math.max(1, Math.round(seconds * 1000));
  }

  /** For the report: what was really run, after {@code --quick}. */
  Map<String, Number> described() {
    return Map.of(
        "rounds", rounds(),
        "warmups", warmups(),
        "iterations", iterations(),
        "iterationMillis", iterationMillis());
  }
}
