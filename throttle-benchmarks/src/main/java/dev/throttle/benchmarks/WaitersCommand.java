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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What asynchronous callers cost that wait on one full bucket, and how fast they go on. */
@Command(
    name = "waiters",
    description = "Asynchronous callers on a full bucket: bytes, grants and cancels per second.")
final class WaitersCommand implements Callable<Integer> {

  private static final int QUICK_COUNT = 100_000;
  private static final Duration QUICK_PERIOD = Duration.ofSeconds(1);

  @Option(names = "--quick", description = "One round of 100,000: for a look, not for a claim.")
  private boolean quick;

  @Option(names = "--count", description = "Callers that wait at once.")
  private int count = 1_000_000;

  @Option(names = "--period", description = "When the permits come back, ISO-8601.")
  private Duration period = Duration.ofSeconds(5);

  @Option(names = "--rounds", description = "Rounds; the median of each figure is shown.")
  private int rounds = 2;

  @Option(names = "--seed", description = "Seed of the order of cancels.")
  private long seed = 1;

  @Option(
      names = "--limiter",
      description = "One to measure; repeatable. Of ${COMPLETION-CANDIDATES}.")
  private List<AsyncContender> contenders = List.of(AsyncContender.values());

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("waiters.json");

  @Override
  public Integer call() throws IOException {
    if (quick) {
      count = Math.min(count, QUICK_COUNT);
      period = QUICK_PERIOD;
      rounds = 1;
    }
    // A tenth is enough for the compiler.
    measure(Math.max(1, count / 10), period.dividedBy(5), "warm-up");
    List<List<WaitersRow>> measured = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      measured.add(measure(count, period, "round " + i + " of " + rounds));
    }
    List<WaitersRow> rows =
        IntStream.range(0, contenders.size())
            .mapToObj(i -> WaitersRow.median(measured.stream().map(row -> row.get(i)).toList()))
            .toList();
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    new Report(
            Conditions.here(),
            Map.of("count", count, "period", period.toString(), "rounds", rounds, "seed", seed),
            rows)
        .write(json);
    return 0;
  }

  private List<WaitersRow> measure(int count, Duration period, String name) {
    WaitersRound round = new WaitersRound(count, period, seed);
    List<WaitersRow> rows = new ArrayList<>();
    for (AsyncContender contender : contenders) {
      System.err.println(name + ": " + contender.label());
      rows.add(round.run(contender));
    }
    return rows;
  }

  static Table table(List<WaitersRow> rows) {
    Table table =
        new Table(
            "limiter", "B each", "beside future", "asked/s", "granted/s", "cancelled/s", "B left");
    for (WaitersRow row : rows) {
      table.row(
          row.limiter(),
          whole(row.bytes()),
          whole(row.bytesBesideFuture()),
          whole(row.askedPerSecond()),
          whole(row.grantedPerSecond()),
          whole(row.cancelledPerSecond()),
          whole(row.bytesLeft()));
    }
    return table;
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,d", Math.round(number));
  }
}
