package dev.throttle.benchmarks;

import dev.throttle.test.ProviderCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that call one provider through one limiter, over a network that takes its time both ways.
 *
 * <p>In real time: limiters are seen as they are, with their timers and their wake-ups. The threads
 * are asleep nearly always, so a few hundred of them do not disturb each other on two cores.
 */
final class Simulation {

  private final Limiter limiter;
  private final ProviderCounter provider;
  private final SimulationSettings settings;

  Simulation(Limiter limiter, ProviderCounter provider, SimulationSettings settings) {
    this.limiter = limiter;
    this.provider = provider;
    this.settings = settings;
  }

  /**
   * Blocks until every call that was begun in time has its answer.
   *
   * @throws IllegalStateException if the limiter failed
   */
  List<Call> run() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      long stopNanos = System.nanoTime() + settings.duration().toNanos();
      SplittableRandom random = new SplittableRandom(settings.seed());
      List<Future<List<Call>>> clients = new ArrayList<>();
      for (int i = 0; i < settings.threads(); i++) {
        SplittableRandom own = random.split();
        clients.add(threads.submit(() -> callUntil(stopNanos, own)));
      }
      List<Call> calls = new ArrayList<>();
      for (Future<List<Call>> client : clients) {
        calls.addAll(client.get());
      }
      return calls;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the limiter failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Call> callUntil(long stopNanos, SplittableRandom random)
      throws InterruptedException {
    List<Call> calls = new ArrayList<>();
    while (System.nanoTime() - stopNanos < 0) {
      long stamp = limiter.begin();
      long sentNanos = System.nanoTime();
      travel(random);
      long countedNanos = System.nanoTime();
      boolean accepted = provider.count(countedNanos).accepted();
      travel(random);
      long answeredNanos = System.nanoTime();
      limiter.end(stamp);
      calls.add(new Call(countedNanos, accepted, answeredNanos - sentNanos));
    }
    return calls;
  }

  private void travel(SplittableRandom random) throws InterruptedException {
    Pace.until(System.nanoTime() + random.nextLong(settings.jitter().toNanos() + 1));
  }
}
