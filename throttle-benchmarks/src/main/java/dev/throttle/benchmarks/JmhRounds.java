package dev.throttle.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Measures subjects in turns: every subject once, in a fresh JVM, then every subject again.
 *
 * <p>JMH by itself finishes one subject before it begins the next. On a machine with noisy
 * neighbours that charges a bad minute to whoever was measured in it; in turns, all share it, and
 * ratios between subjects stay true.
 */
final class JmhRounds {

  /**
   * Something to measure.
   *
   * @param label its name in the table
   * @param benchmark class and method, as JMH names them
   * @param limiter the {@link PermitSubject} for benchmarks that take one, or empty
   */
  record Subject(String label, String benchmark, String limiter, int threads) {

    /** Returns the permit of a limiter. */
    static Subject of(PermitSubject subject, String label, int threads) {
      return new Subject(
          label, PermitBenchmark.class.getName() + ".permit", subject.name(), threads);
    }

    @Override
    public String toString() {
      return label + ", threads " + threads;
    }
  }

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final JmhSettings settings;

  JmhRounds(JmhSettings settings) {
    this.settings = settings;
  }

  List<Score> measure(List<Subject> subjects) throws RunnerException {
    List<ListStatistics> nanos = subjects.stream().map(subject -> new ListStatistics()).toList();
    List<ListStatistics> bytes = subjects.stream().map(subject -> new ListStatistics()).toList();
    for (int round = 0; round < settings.rounds(); round++) {
      for (int i = 0; i < subjects.size(); i++) {
        System.err.println("round " + (round + 1) + ": " + subjects.get(i));
        for (IterationResult iteration : iterations(subjects.get(i))) {
          nanos.get(i).addValue(iteration.getPrimaryResult().getScore());
          bytes.get(i).addValue(allocated(iteration));
        }
      }
    }
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      scores.add(score(subjects.get(i), nanos.get(i), bytes.get(i)));
    }
    return scores;
  }

  private List<IterationResult> iterations(Subject subject) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + subject.benchmark().replace(".", "\\.") + "$")
            .threads(subject.threads())
            .forks(1)
            .warmupIterations(settings.warmups())
            .warmupTime(TimeValue.milliseconds(settings.iterationMillis()))
            .measurementIterations(settings.iterations())
            .measurementTime(TimeValue.milliseconds(settings.iterationMillis()))
            .timeUnit(TimeUnit.NANOSECONDS)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!subject.limiter().isEmpty()) {
      options.param("limiter", subject.limiter());
    }
    RunResult result = new Runner(options.build()).runSingle();
    return result.getBenchmarkResults().stream()
        .map(BenchmarkResult::getIterationResults)
        .flatMap(Collection::stream)
        .toList();
  }

  private static double allocated(IterationResult iteration) {
    return requireNonNull(iteration.getSecondaryResults().get(ALLOCATED), ALLOCATED).getScore();
  }

  private static Score score(Subject subject, ListStatistics nanos, ListStatistics bytes) {
    return new Score(
        subject.label(),
        subject.threads(),
        nanos.getMean(),
        nanos.getMeanErrorAt(0.999),
        nanos.getPercentile(50),
        bytes.getMean());
  }
}
