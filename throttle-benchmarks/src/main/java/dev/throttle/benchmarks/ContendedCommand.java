package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many permits a full limiter hands out, and how fairly. */
@Command(
    name = "contended",
    description = "Threads on a full limiter: grants per second, use of the limit, fairness.")
final class ContendedCommand implements Callable<Integer> {

  private static final int[] THREADS = {2, 64};

  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Option(names = "--quick", description = "One short round: for a look, not for a claim.")
  private boolean quick;

  @Option(names = "--rounds", description = "Rounds; that of the median is shown.")
  private int rounds = 3;

  @Option(names = "--seconds", description = "Length of a measurement, after a third of it unseen.")
  private double seconds = 1.5;

  @Option(names = "--limiter", description = "Only those whose name contains this.")
  private String limiter = "";

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("contended.json");

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (quick) {
      rounds = 1;
      seconds = Math.min(seconds, 0.4);
    }
    Duration duration = Duration.ofNanos((long) (seconds * 1e9));
    List<Contention> contentions = contentions(duration);
    List<List<ContendedRow>> measured =
        contentions.stream().<List<ContendedRow>>map(contention -> new ArrayList<>()).toList();
    for (int round = 0; round < rounds; round++) {
      System.err.println("round " + (round + 1) + " of " + rounds);
      for (int i = 0; i < contentions.size(); i++) {
        measured.get(i).add(contentions.get(i).run());
      }
    }
    List<ContendedRow> rows = measured.stream().map(ContendedRow::median).toList();
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    new Report(Conditions.here(), Map.of("rounds", rounds, "duration", duration.toString()), rows)
        .write(json);
    return 0;
  }

  private List<Contention> contentions(Duration duration) {
    return IntStream.of(THREADS)
        .boxed()
        .flatMap(
            threads ->
                Contest.all(threads).stream()
                    .filter(contest -> contest.limiterName().contains(limiter))
                    .peek(contest -> checkDuration(contest, duration))
                    .map(
                        contest ->
                            new Contention(contest, threads, duration.dividedBy(3), duration)))
        .toList();
  }

  private void checkDuration(Contest contest, Duration duration) {
    if (duration.compareTo(contest.period().multipliedBy(2)) < 0) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "seconds must be at least 2 periods of %s, but was %s",
              contest.period(),
              duration));
    }
  }

  static Table table(List<ContendedRow> rows) {
    Table table =
        new Table(
            "limiter", "limit", "threads", "grants/s", "use %", "Jain", "max/min", "longest ms");
    for (ContendedRow row : rows) {
      table.row(
          row.limiter(),
          row.limit(),
          Integer.toString(row.threads()),
          String.format(Locale.ROOT, "%,.0f", row.grantsPerSecond()),
          percent(row.usePercent()),
          String.format(Locale.ROOT, "%.3f", row.jain()),
          row.fewest() == 0
              ? "∞"
              : String.format(Locale.ROOT, "%.2f", (double) row.most() / row.fewest()),
          String.format(Locale.ROOT, "%.1f", row.longestNanos() / 1e6));
    }
    return table;
  }

  private static String percent(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.1f", value);
  }
}
