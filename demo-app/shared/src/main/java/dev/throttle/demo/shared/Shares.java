package dev.throttle.demo.shared;

import dev.throttle.test.ProviderCall;
import dev.throttle.test.RateLimitedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** How much of the limit each JVM has, as the shop counts it. */
final class Shares {

  private final RateLimitedProvider shop;
  private final int jvms;
  private final Duration period;
  private int begin;
  private int seen;
  private int rows;

  Shares(RateLimitedProvider shop, int jvms, Duration period) {
    this.shop = shop;
    this.jvms = jvms;
    this.period = period;
  }

  /** Returns by which path a JVM calls. */
  static String path(int jvm) {
    return "/" + jvm;
  }

  /** Waits until all have called, which is where it begins to count. */
  void awaitAll(Duration atMost) throws InterruptedException {
    long since = System.nanoTime();
    while (shop.log().stream().map(ProviderCall::path).distinct().count() < jvms) {
      if (System.nanoTime() - since > atMost.toNanos()) {
        throw new IllegalStateException("some of the JVMs made no call in " + atMost + ".");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    begin = shop.count();
    seen = begin;
  }

  String header() {
    StringBuilder line = new StringBuilder("  time");
    for (int i = 1; i <= jvms; i++) {
      line.append(String.format(Locale.ROOT, "  JVM %d", i));
    }
    return line.append("    all  429s").append(System.lineSeparator()).toString();
  }

  /** Returns a line of what was counted since the line before. */
  String next() {
    List<ProviderCall> log = shop.log();
    List<ProviderCall> fresh = log.subList(seen, log.size());
    seen = log.size();
    rows++;
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "%4d s", rows * period.toSeconds()));
    for (int i = 0; i < jvms; i++) {
      String path = path(i);
      line.append(
          String.format(
              Locale.ROOT, "  %5d", fresh.stream().filter(of -> of.path().equals(path)).count()));
    }
    long refused = fresh.stream().filter(of -> !of.accepted()).count();
    return line.append(String.format(Locale.ROOT, "  %5d  %4d%n", fresh.size() - refused, refused))
        .toString();
  }

  /** Returns the last line: {@code 429s: 0 of 4,000 calls; use 97.1 %}. */
  String outcome() {
    return String.format(
        Locale.ROOT,
        "%n429s: %d of %,d calls; use %.1f %%%n",
        shop.refused(),
        shop.count(),
        100 * use());
  }

  /**
   * Returns what was used of what any safe client could reach: a permit comes round once in a
   * period and a round trip at best. What was counted before all had called is left out.
   */
  private double use() {
    List<ProviderCall> passed = shop.log().stream().filter(ProviderCall::accepted).toList();
    int permits = Caller.LIMIT.permits();
    int first = begin;
    int end = passed.size() - permits;
    if (end <= first) {
      return Double.NaN;
    }
    double roundTrip =
        IntStream.range(first, end)
            .mapToLong(i -> passed.get(i).answeredNanos() - passed.get(i).arrivedNanos())
            .average()
            .orElse(0);
    double comingRound =
        IntStream.range(first, end)
            .mapToLong(i -> passed.get(i + permits).countedNanos() - passed.get(i).countedNanos())
            .average()
            .orElse(1);
    return (period.toNanos() + roundTrip) / comingRound;
  }
}
