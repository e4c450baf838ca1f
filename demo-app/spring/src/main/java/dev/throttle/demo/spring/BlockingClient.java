package dev.throttle.demo.spring;

import dev.throttle.demo.Client;
import dev.throttle.demo.Errand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Blocking calls on a few threads of their own, where those that have to wait do so. */
final class BlockingClient implements Client, AutoCloseable {

  private static final int THREADS = 16;

  private final Function<Errand, String> caller;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  BlockingClient(Function<Errand, String> caller) {
    this.caller = caller;
  }

  @Override
  public int atOnce() {
    return THREADS;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    return CompletableFuture.supplyAsync(() -> caller.apply(errand), threads);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
