package dev.throttle.benchmarks;

import dev.throttle.test.ProviderLimit;
import dev.throttle.test.RateLimitedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Many JVMs, a Redis, what is between them, and a provider of a limit that all share: real
 * processes and sockets on this machine.
 */
final class ChaosRun implements AutoCloseable {

  private final int limit;
  private final Duration period;
  private final int atOnce;
  private final Path folder = Files.createTempDirectory("throttle-chaos");
  private final LocalRedis redis = LocalRedis.durable(folder);
  private final RateLimitedProvider provider;
  private final List<Relay> relays = new ArrayList<>();
  private final List<Process> instances = new ArrayList<>();
  private int next;

  ChaosRun(int count, int limit, Duration period) throws IOException {
    this.limit = limit;
    this.period = period;
    this.atOnce = Math.max(2, 2 * limit / count);
    this.provider =
        RateLimitedProvider.builder().limit(ProviderLimit.slidingWindow(limit, period)).start();
    for (int i = 0; i < count; i++) {
      relays.add(new Relay(redis.port()));
      instances.add(start(i));
    }
  }

  private Process start(int place) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "chaos-instance",
            "--store=redis://127.0.0.1:" + relays.get(place).port(),
            "--provider=" + provider.uri(),
            "--limit=" + limit,
            "--period=" + period,
            "--at-once=" + atOnce)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Waits until the limit is used; the first lease of a new ledger comes when it has learned. */
  void awaitUse(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (provider.count() < 2 * limit) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("the instances have not begun to call within " + atMost);
      }
      Thread.sleep(100);
    }
  }

  /** Has something go wrong for so long, and returns what the provider counted meanwhile. */
  ChaosRow play(ChaosPhase phase, Duration length) throws IOException, InterruptedException {
    int before = provider.count();
    int refused = provider.refused();
    long begun = System.nanoTime();
    phase.begin(this);
    Thread.sleep(Math.max(0, length.toMillis() - (System.nanoTime() - begun) / 1_000_000));
    double periods = (double) (System.nanoTime() - begun) / period.toNanos();
    int calls = provider.count() - before;
    phase.end(this);
    return new ChaosRow(phase, calls, provider.refused() - refused, calls / (periods * limit));
  }

  /** Returns the most calls that the provider counted in any interval of one period. */
  int mostWithinOnePeriod() {
    return provider.maxInAnyWindow(request -> true, period);
  }

  // ---- what may go wrong

  /** Kills so many, and starts as many others in their places. */
  void replace(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int place = next++ % instances.size();
      instances.get(place).destroyForcibly();
      instances.set(place, start(place));
    }
  }

  void restartRedis(boolean forgets) throws IOException, InterruptedException {
    redis.kill();
    if (forgets) {
      redis.forget();
    }
    Thread.sleep(500);
    redis.startAgain();
  }

  void allRelays(Consumer<Relay> fault) {
    relays.forEach(fault);
  }

  void halfOfRelays(Consumer<Relay> fault) {
    relays.subList(0, relays.size() / 2).forEach(fault);
  }

  @Override
  public void close() throws IOException {
    instances.forEach(Process::destroyForcibly);
    relays.forEach(Relay::close);
    redis.close();
    provider.close();
    Folders.delete(folder);
  }
}
