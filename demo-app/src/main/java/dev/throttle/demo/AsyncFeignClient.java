package dev.throttle.demo;

import feign.AsyncFeign;
import feign.Retryer;
import feign.http2client.Http2Client;
import java.net.http.HttpClient;
import java.util.concurrent.CompletionStage;

/** Futures through Feign. */
final class AsyncFeignClient implements Client {

  private final AsyncFeignShop shop;

  AsyncFeignClient(String url, HttpClient http) {
    shop =
        AsyncFeign.builder()
            .client(new Http2Client(http))
            .retryer(Retryer.NEVER_RETRY)
            .target(AsyncFeignShop.class, url);
  }

  @Override
  public int atOnce() {
    return 100;
  }

  @Override
  public CompletionStage<?> call(Errand errand) {
    return switch (errand.endpoint()) {
      case PRODUCTS -> shop.product(errand.id());
      case ORDERS -> shop.order(errand.id());
      case STOCK -> shop.stock(errand.id());
    };
  }
}
