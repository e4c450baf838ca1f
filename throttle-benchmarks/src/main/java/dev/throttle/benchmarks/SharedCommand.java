package dev.throttle.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a permit of a limit costs that many JVMs share by one Redis. */
@Command(
    name = "shared",
    description = "Permits of a limit in Redis: round trips for each, and how many a second.")
final class SharedCommand implements Callable<Integer> {

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Nobody is refused at the pace of one permit a millisecond. */
  private static final int ENOUGH = 2_000;

  /** Nor ever, however many are asked for. */
  private static final int PLENTY = 100_000_000;

  private static final long PACE_NANOS = 1_000_000;

  @Option(names = "--seconds", description = "For each number, after as long a warm-up.")
  private double seconds = 10;

  @Option(names = "--threads", description = "Of one instance, beside the measure of one thread.")
  private int threads = 8;

  @Option(names = "--json", description = "Where the numbers go.")
  private Path json = Path.of("shared.json");

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<SharedRow> rows = new ArrayList<>();
    Path folder = Files.createTempDirectory("throttle-shared");
    try (LocalRedis redis = LocalRedis.forgetful(folder)) {
      for (SharedContender contender : SharedContender.values()) {
        System.err.println(contender.label());
        rows.add(measure(contender, redis));
      }
    } finally {
      Folders.delete(folder);
    }
    System.out.println(Conditions.here());
    System.out.print(table(rows));
    new Report(Conditions.here(), Map.of("seconds", seconds, "threads", threads), rows).write(json);
    return 0;
  }

  private SharedRow measure(SharedContender contender, LocalRedis redis)
      throws IOException, InterruptedException {
    double trips;
    try (Relay relay = new Relay(redis.port());
        SharedContender.Shared paced =
            contender.open("redis://127.0.0.1:" + relay.port(), ENOUGH, PERIOD)) {
      pace(paced);
      long before = relay.requests();
      long permits = pace(paced);
      trips = (double) (relay.requests() - before) / permits;
    }
    try (SharedContender.Shared free = contender.open(redis.uri(), PLENTY, PERIOD)) {
      rate(free, 1);
      double alone = rate(free, 1);
      rate(free, threads);
      return new SharedRow(contender.label(), trips, alone, rate(free, threads));
    }
  }

  /** Asks for one permit each millisecond, and returns how many there were. */
  private long pace(SharedContender.Shared shared) {
    long permits = 0;
    long begin = System.nanoTime();
    for (long i = 0; i * PACE_NANOS < seconds * 1e9; i++) {
      while (System.nanoTime() - begin < i * PACE_NANOS) {
        LockSupport.parkNanos(PACE_NANOS / 10);
      }
      permits += shared.limiter().tryAcquire() ? 1 : 0;
    }
    return permits;
  }

  /** Returns how many permits a second so many threads get that ask as fast as they can. */
  private double rate(SharedContender.Shared shared, int threads) throws InterruptedException {
    LongAdder permits = new LongAdder();
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread caller =
          new Thread(
              () -> {
                while (System.nanoTime() - end < 0) {
                  if (shared.limiter().tryAcquire()) {
                    permits.increment();
                  }
                }
              });
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    return permits.sum() * 1e9 / (System.nanoTime() - begin);
  }

  private Table table(List<SharedRow> rows) {
    Table table =
        new Table(
            "limiter",
            "round trips per permit at 1,000/s",
            "permits/s, 1 thread",
            "permits/s, " + threads + " threads");
    for (SharedRow row : rows) {
      table.row(
          row.limiter(),
          String.format(Locale.ROOT, "%.4f", row.tripsPerPermit()),
          String.format(Locale.ROOT, "%,.0f", row.permitsPerSecond()),
          String.format(Locale.ROOT, "%,.0f", row.permitsPerSecondOfMany()));
    }
    return table;
  }
}
