package dev.throttle.benchmarks;

import dev.throttle.test.ProviderCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A provider with a limit for all, one for each of its endpoints and one for each tenant, called at
 * once by threads that wait and by futures that do not, of which a fifth is cancelled.
 *
 * <p>Whoever cancels does so at any time up to twice the period after asking: while the call waits
 * or on its way. A request that is cancelled before it arrives does not arrive.
 */
final class MixedSimulation {

  private static final int CANCELLED_PERCENT = 20;

  private final MixedClient client;
  private final List<ProviderCounter> endpoints;
  private final SimulationSettings settings;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final ScheduledThreadPoolExecutor network = new ScheduledThreadPoolExecutor(2);

  /**
   * @param endpoints what counts a call, by endpoint and tenant as {@link MixedLimits#index} says
   */
  MixedSimulation(
      MixedClient client, List<ProviderCounter> endpoints, SimulationSettings settings) {
    this.client = client;
    this.endpoints = endpoints;
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
      List<Future<?>> clients = new ArrayList<>();
      List<CompletableFuture<Void>> chains = new ArrayList<>();
      for (int i = 0; i < settings.threads(); i++) {
        SplittableRandom own = random.split();
        clients.add(threads.submit(() -> callUntil(stopNanos, own)));
        if (client.isAsync()) {
          CompletableFuture<Void> chain = new CompletableFuture<>();
          chains.add(chain);
          next(chain, stopNanos, random.split());
        }
      }
      for (Future<?> one : clients) {
        one.get();
      }
      for (CompletableFuture<Void> chain : chains) {
        chain.get();
      }
      return List.copyOf(calls);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the limiter failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
      network.shutdownNow();
    }
  }

  // ---- threads

  private Void callUntil(long stopNanos, SplittableRandom random) throws Exception {
    while (System.nanoTime() - stopNanos < 0) {
      MixedCall call = MixedCall.random(random);
      client.call(call, () -> send(call, random.split()).get());
    }
    return null;
  }

  // ---- futures

  private void next(CompletableFuture<Void> chain, long stopNanos, SplittableRandom random) {
    if (System.nanoTime() - stopNanos >= 0) {
      chain.complete(null);
      return;
    }
    MixedCall call = MixedCall.random(random);
    SplittableRandom ways = random.split();
    CompletableFuture<Void> future = client.callAsync(call, () -> send(call, ways));
    if (random.nextInt(100) < CANCELLED_PERCENT) {
      later(() -> future.cancel(true), random.nextLong(2 * settings.period().toNanos()));
    }
    future.whenComplete((nothing, failure) -> later(() -> next(chain, stopNanos, random), 0));
  }

  // ---- the network

  private CompletableFuture<Void> send(MixedCall call, SplittableRandom random) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    long sentNanos = System.nanoTime();
    later(() -> arrive(call, answer, sentNanos, way(random)), way(random));
    return answer;
  }

  private void arrive(
      MixedCall call, CompletableFuture<Void> answer, long sentNanos, long wayBackNanos) {
    if (answer.isDone()) {
      return;
    }
    long countedNanos = System.nanoTime();
    boolean accepted =
        endpoints
            .get(MixedLimits.index(call.endpoint(), call.tenant()))
            .count(countedNanos)
            .accepted();
    answer.whenComplete(
        (nothing, failure) ->
            calls.add(new Call(countedNanos, accepted, System.nanoTime() - sentNanos)));
    later(() -> answer.complete(null), wayBackNanos);
  }

  private long way(SplittableRandom random) {
    return random.nextLong(settings.jitter().toNanos() + 1);
  }

  private void later(Runnable task, long nanos) {
    network.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
