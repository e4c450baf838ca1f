package dev.throttle.demo.spring;

import dev.throttle.demo.Errand;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.retry.annotation.Retry;
import org.springframework.stereotype.Service;

/** Calls the shop through Feign; each attempt takes its own turn. */
@Service
class FeignCaller {

  static final String NAME = "feign";

  private final FeignShop shop;

  FeignCaller(FeignShop shop) {
    this.shop = shop;
  }

  @Retry(name = NAME)
  @CircuitBreaker(name = NAME)
  public String answer(Errand errand) {
    return switch (errand.endpoint()) {
      case PRODUCTS -> shop.product(errand.id());
      case ORDERS -> shop.order(errand.id());
      case STOCK -> shop.stock(errand.id());
    };
  }
}
