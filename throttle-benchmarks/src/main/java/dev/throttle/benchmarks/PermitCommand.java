package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a permit costs when nobody waits. */
@Command(
    name = "permit",
    description = "One permit granted and completed, beside the peers and the floor (JMH).")
final class PermitCommand implements Callable<Integer> {

  @Mixin private JmhSettings settings = new JmhSettings();

  @Option(
      names = "--threads",
      split = ",",
      description = "Numbers of threads; with more than one only the basic limiters are measured.")
  private List<Integer> threads = List.of(1, 2);

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("permit.json");

  @Override
  public Integer call() throws RunnerException, IOException {
    List<JmhRounds.Subject> subjects = new ArrayList<>();
    for (int count : threads) {
      for (PermitSubject subject : PermitSubject.values()) {
        if (count == 1 || subject.isBasic()) {
          subjects.add(JmhRounds.Subject.of(subject, subject.label(), count));
        }
      }
    }
    List<Score> scores = new JmhRounds(settings).measure(subjects);
    System.out.println(Conditions.here());
    System.out.print(table(scores));
    new Report(Conditions.here(), settings.described(), scores).write(json);
    return 0;
  }

  static Table table(List<Score> scores) {
    Table table = new Table("limiter", "threads", "ns/op ± error", "× floor", "B/op");
    for (Score score : scores) {
      Score floor =
          scores.stream()
              .filter(other -> other.threads() == score.threads())
              .filter(other -> other.name().equals(PermitSubject.FLOOR.label()))
              .findFirst()
              .orElseThrow();
      table.row(
          score.name(),
          Integer.toString(score.threads()),
          score.time(),
          String.format(Locale.ROOT, "%.2f", score.times(floor)),
          score.allocation());
    }
    return table;
  }
}
