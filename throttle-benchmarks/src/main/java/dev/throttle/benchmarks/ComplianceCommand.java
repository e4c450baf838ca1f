package dev.throttle.benchmarks;

import dev.throttle.test.ProviderLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who gets a 429, and how much of the limit each uses, in real time. */
@Command(
    name = "compliance",
    description = "Simulates a provider with a limit: 429s and use, for every limiter.")
final class ComplianceCommand implements Callable<Integer> {

  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Option(names = "--seconds", description = "How long each limiter is measured.")
  private double seconds = 30;

  @Option(names = "--limit", description = "Calls that the provider allows in a period.")
  private int limit = 50;

  @Option(names = "--period", description = "The provider's period, ISO-8601.")
  private Duration period = Duration.ofMillis(500);

  @Option(names = "--threads", description = "Callers at once, to each provider.")
  private int threads = 64;

  @Option(names = "--jitter", description = "The network's longest way, there and back.")
  private Duration jitter = Duration.ofMillis(30);

  @Option(names = "--seed", description = "Seed of windows' phases and of jitter.")
  private long seed = 1;

  @Option(
      names = "--limiter",
      description = "One to measure; repeatable. Of ${COMPLETION-CANDIDATES}.")
  private List<Contender> contenders = Contender.allBut(Contender.FLOOR);

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("compliance.json");

  @Option(names = "--svg", description = "Where the picture goes.")
  private Path svg = Path.of("compliance.svg");

  @Override
  public Integer call() throws InterruptedException, IOException {
    SimulationSettings settings = settings();
    List<ComplianceRow> rows = new ArrayList<>();
    for (Contender contender : contenders) {
      System.err.println(contender.label() + ": " + settings.duration());
      rows.addAll(against(ProviderKind.all(settings), contender, settings));
    }
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    new ComplianceChart(rows).write(svg);
    List<MixedRow> mixed = MixedRow.measure(contenders, settings);
    System.out.println();
    System.out.print(MixedRow.table(mixed));
    new Report(Conditions.here(), settings, Stream.concat(rows.stream(), mixed.stream()).toList())
        .write(json);
    return rows.stream().anyMatch(ComplianceRow::breaksPromise)
            || mixed.stream().anyMatch(MixedRow::breaksPromise)
        ? 1
        : 0;
  }

  private SimulationSettings settings() {
    try {
      return new SimulationSettings(
          limit, period, threads, jitter, Duration.ofNanos((long) (seconds * 1e9)), seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** All providers at once, each with a limiter and threads of its own. */
  private static List<ComplianceRow> against(
      List<ProviderKind> kinds, Contender contender, SimulationSettings settings)
      throws InterruptedException {
    ExecutorService simulations = Executors.newCachedThreadPool();
    try {
      List<List<Future<Usage>>> running = new ArrayList<>();
      for (ProviderKind kind : kinds) {
        List<Callable<Usage>> tasks =
            kind.limits().stream().map(limit -> simulation(limit, contender, settings)).toList();
        running.add(tasks.stream().map(simulations::submit).toList());
      }
      List<ComplianceRow> rows = new ArrayList<>();
      for (int i = 0; i < kinds.size(); i++) {
        List<Usage> usages = new ArrayList<>();
        for (Future<Usage> usage : running.get(i)) {
          usages.add(usage.get());
        }
        rows.add(ComplianceRow.of(contender, kinds.get(i).name(), usages));
      }
      return rows;
    } catch (ExecutionException e) {
      throw new IllegalStateException(contender.label() + ": " + e.getCause(), e.getCause());
    } finally {
      simulations.shutdownNow();
    }
  }

  private static Callable<Usage> simulation(
      ProviderLimit provider, Contender contender, SimulationSettings settings) {
    Limiter limiter = contender.limiter(settings.limit(), settings.period());
    Simulation simulation = new Simulation(limiter, provider.newCounter(), settings);
    return () -> Usage.of(simulation.run(), settings.limit(), settings.period());
  }

  static Table table(List<ComplianceRow> rows) {
    Table table = new Table("limiter", "provider", "sent", "429", "429 %", "use %", "optimum %");
    for (ComplianceRow row : rows) {
      table.row(
          row.contender().label(),
          row.provider(),
          Integer.toString(row.sent()),
          Integer.toString(row.rejected()),
          percent(row.rejectedPercent()),
          percent(row.usePercent()),
          percent(row.optimumPercent()));
    }
    return table;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
