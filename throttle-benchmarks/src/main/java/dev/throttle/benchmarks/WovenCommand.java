package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the annotation adds to a call, over the permit itself. */
@Command(
    name = "woven",
    description = "What an annotation adds to a call and to the permit, in nanoseconds (JMH).")
final class WovenCommand implements Callable<Integer> {

  private static final String PLAIN = "plain call";

  @Mixin private JmhSettings settings = new JmhSettings();

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("woven.json");

  @Override
  public Integer call() throws RunnerException, IOException {
    List<Score> scores =
        new JmhRounds(settings)
            .measure(
                List.of(
                    call(PLAIN, "plain"),
                    permit(PermitSubject.SLIDING_WINDOW),
                    call("throttle woven call", "woven"),
                    permit(PermitSubject.RESILIENCE4J),
                    call("resilience4j Spring aspect", "springAspect")));
    System.out.println(Conditions.here());
    System.out.print(table(scores));
    new Report(Conditions.here(), settings.described(), scores).write(json);
    return 0;
  }

  private static JmhRounds.Subject call(String label, String method) {
    return new JmhRounds.Subject(label, WovenBenchmark.class.getName() + "." + method, "", 1);
  }

  private static JmhRounds.Subject permit(PermitSubject subject) {
    return JmhRounds.Subject.of(subject, subject.label() + " permit alone", 1);
  }

  /** Prints the first score as the plain call that the others are compared with. */
  static Table table(List<Score> scores) {
    Table table = new Table("call", "ns/op ± error", "ns over plain", "B/op");
    for (Score score : scores) {
      table.row(
          score.name(),
          score.time(),
          String.format(Locale.ROOT, "%.1f", score.nanosOver(scores.get(0))),
          score.allocation());
    }
    return table;
  }
}
