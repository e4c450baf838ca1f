package dev.throttle.demo;

import feign.Feign;
import feign.Retryer;
import feign.http2client.Http2Client;
import io.github.resilience4j.retry.Retry;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Blocking calls through Feign, on threads of their own, repeated by Resilience4j if they fail. */
final class SyncFeignClient implements Client, AutoCloseable {

  private static final int THREADS = 16;

  private final FeignShop shop;
  private final Retry retry = Retries.of("feign");
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  SyncFeignClient(String url, HttpClient http) {
    shop =
        Feign.builder()
            .client(new Http2Client(http))
            .retryer(Retryer.NEVER_RETRY) // Resilience4j does
            .target(FeignShop.class, url);
  }

  @Override
  public int atOnce() {
    return THREADS;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    return CompletableFuture.supplyAsync(
        () -> retry.executeSupplier(() -> answer(errand)), threads);
  }

  private String answer(Errand errand) {
    return switch (errand.endpoint()) {
      case PRODUCTS -> shop.product(errand.id());
      case ORDERS -> shop.order(errand.id());
      case STOCK -> shop.stock(errand.id());
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
