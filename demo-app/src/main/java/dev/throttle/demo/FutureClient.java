package dev.throttle.demo;

import io.github.resilience4j.retry.Retry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import retrofit2.Retrofit;

/** Futures through Retrofit, repeated by Resilience4j if they fail. */
final class FutureClient implements Client, AutoCloseable {

  private final FutureShop shop;
  private final Retry retry = Retries.of("retrofit");
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  FutureClient(String url, OkHttpClient http) {
    shop = new Retrofit.Builder().baseUrl(url).client(http).build().create(FutureShop.class);
  }

  @Override
  public int atOnce() {
    return 100;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    return retry.executeCompletionStage(later, () -> answer(errand));
  }

  private CompletableFuture<ResponseBody> answer(Errand errand) {
    return switch (errand.endpoint()) {
      case PRODUCTS -> shop.product(errand.id());
      case ORDERS -> shop.order(errand.id());
      case STOCK -> shop.stock(errand.id());
    };
  }

  @Override
  public void close() {
    later.shutdownNow();
  }
}
