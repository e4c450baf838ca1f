package dev.throttle.demo.spring;

import dev.throttle.demo.Errand;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.retry.annotation.Retry;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Calls the shop through a {@code WebClient}: nothing here speaks of limits, the rules of {@code
 * application.yaml} do. What waits holds no thread.
 */
@Service
class WebClientCaller {

  static final String NAME = "webclient";

  private final WebClient shop;

  WebClientCaller(WebClient.Builder builder, @Value("http://${shop.host}") String url) {
    this.shop = builder.baseUrl(url).build();
  }

  @Retry(name = NAME)
  @CircuitBreaker(name = NAME)
  public Mono<String> answer(Errand errand) {
    String endpoint = errand.endpoint().name().toLowerCase(Locale.ROOT);
    return shop.get()
        .uri("/{endpoint}/{id}", endpoint, errand.id())
        .retrieve()
        .bodyToMono(String.class);
  }
}
