package dev.throttle.demo.spring;

import dev.throttle.annotation.Throttle;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** The shop through an HTTP interface of Spring; with the same buckets, by their names. */
@HttpExchange
@Throttle(value = "shop.example", limit = 200, period = "PT2S")
interface ExchangeShop {

  @GetExchange("/products/{id}")
  @Throttle(value = "shop.example/products", limit = 60, period = "PT1S")
  String product(@PathVariable int id);

  @GetExchange("/orders/{id}")
  @Throttle(value = "shop.example/orders", limit = 80, period = "PT1S")
  String order(@PathVariable int id);

  @GetExchange("/stock/{id}")
  String stock(@PathVariable int id);
}
