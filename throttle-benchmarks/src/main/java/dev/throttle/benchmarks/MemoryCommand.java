package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What limiters keep on the heap: for many keys, and for large limits. */
@Command(
    name = "memory",
    description = "Bytes on the heap for each of many keys, and for limits of many permits.")
final class MemoryCommand implements Callable<Integer> {

  private static final List<Integer> SIZES = List.of(1, 1_000, 1_000_000);
  private static final int QUICK_KEYS = 100_000;
  private static final Duration QUICK_PERIOD = Duration.ofMillis(200);

  @Option(names = "--quick", description = "Fewer keys, shorter periods: for a look.")
  private boolean quick;

  @Option(names = "--keys", description = "Keys at once.")
  private int keys = 1_000_000;

  @Option(names = "--period", description = "Of limits of N permits, ISO-8601.")
  private Duration period = Duration.ofSeconds(1);

  @Option(
      names = "--limiter",
      description = "One to weigh; repeatable. Of ${COMPLETION-CANDIDATES}.")
  private List<KeyedContender> contenders = List.of(KeyedContender.values());

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("memory.json");

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (quick) {
      keys = Math.min(keys, QUICK_KEYS);
      period = QUICK_PERIOD;
    }
    MemoryRun run = new MemoryRun(keys, period);
    List<MemoryRow> rows = new ArrayList<>();
    for (KeyedContender contender : contenders) {
      System.err.println(contender.label());
      rows.add(run.run(contender, SIZES));
    }
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    new Report(Conditions.here(), Map.of("keys", keys, "period", period.toString()), rows)
        .write(json);
    return 0;
  }

  static Table table(List<MemoryRow> rows) {
    List<String> titles = new ArrayList<>(List.of("limiter", "each key"));
    for (MemoryRow.OfSize size : rows.get(0).buckets()) {
      String permits = String.format(Locale.ROOT, "N = %,d", size.permits());
      titles.add(permits + " busy");
      titles.add("idle again");
    }
    Table table = new Table(titles.toArray(new String[0]));
    for (MemoryRow row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.limiter(), whole(row.keyBytes())));
      for (MemoryRow.OfSize size : row.buckets()) {
        cells.add(whole(size.busyBytes()));
        cells.add(whole(size.idleBytes()));
      }
      table.row(cells.toArray(new String[0]));
    }
    return table;
  }

  private static String whole(double bytes) {
    return String.format(Locale.ROOT, "%,d", Math.round(bytes));
  }
}
