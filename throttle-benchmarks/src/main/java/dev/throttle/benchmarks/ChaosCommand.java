package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many JVMs that share one limit, and all that may go wrong. */
@Command(
    name = "chaos",
    description = "JVMs that share a limit by Redis are killed, parted, and lose their ledger.")
final class ChaosCommand implements Callable<Integer> {

  /** For JVMs to start and a new ledger to learn. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Option(names = "--instances", description = "JVMs.")
  private int instances = 8;

  @Option(names = "--limit", description = "Permits that they share, at least one for each.")
  private int limit = 200;

  @Option(names = "--period", description = "In which they may be used.")
  private Duration period = Duration.ofSeconds(1);

  @Option(names = "--phase", description = "How long each thing is wrong.")
  private Duration phase = Duration.ofSeconds(30);

  @Option(names = "--rounds", description = "How often each is; at least 1.")
  private int rounds = 1;

  @Option(names = "--wrong", split = ",", description = "What is wrong, one after another.")
  private List<ChaosPhase> phases = List.of(ChaosPhase.values());

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("chaos.json");

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<ChaosRow> rows = new ArrayList<>();
    int most;
    try (ChaosRun run = new ChaosRun(instances, limit, period)) {
      run.awaitUse(PATIENCE);
      for (int i = 0; i < rounds; i++) {
        for (ChaosPhase each : phases) {
          System.err.println(each.label());
          rows.add(run.play(each, phase));
        }
      }
      most = run.mostWithinOnePeriod();
    }
    int refused = rows.stream().mapToInt(ChaosRow::refused).sum();
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    System.out.printf(
        Locale.ROOT,
        "429s: %d of %d calls; at most %d of %d in any %s%n",
        refused,
        rows.stream().mapToInt(ChaosRow::calls).sum(),
        most,
        limit,
        period);
    new Report(
            Conditions.here(),
            Map.of(
                "instances",
                instances,
                "limit",
                limit,
                "period",
                period.toString(),
                "phase",
                phase.toString(),
                "rounds",
                rounds,
                "most",
                most),
            rows)
        .write(json);
    return refused == 0 && most <= limit ? 0 : 1;
  }

  /** One row for each thing that is wrong, whatever number of rounds there were. */
  private Table table(List<ChaosRow> rows) {
    Table table = new Table("what is wrong", "calls", "429s", "use", "worst round");
    for (ChaosPhase phase : phases) {
      List<ChaosRow> each = rows.stream().filter(row -> row.phase() == phase).toList();
      DoubleSummaryStatistics use = each.stream().mapToDouble(ChaosRow::use).summaryStatistics();
      table.row(
          phase.label(),
          String.format(Locale.ROOT, "%,d", each.stream().mapToInt(ChaosRow::calls).sum()),
          Integer.toString(each.stream().mapToInt(ChaosRow::refused).sum()),
          percent(use.getAverage()),
          percent(use.getMin()));
    }
    return table;
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part);
  }
}
