package dev.throttle.demo.spring;

import dev.throttle.annotation.Throttle;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The shop through Spring Cloud's Feign. */
@FeignClient(name = "shop", url = "http://${shop.host}")
@Throttle(value = "shop.example", limit = 200, period = "PT2S") // all calls together
interface FeignShop {

  @GetMapping("/products/{id}")
  @Throttle(value = "shop.example/products", limit = 60, period = "PT1S") // and these by themselves
  String product(@PathVariable int id);

  @GetMapping("/orders/{id}")
  @Throttle(value = "shop.example/orders", limit = 80, period = "PT1S")
  String order(@PathVariable int id);

  @GetMapping("/stock/{id}")
  String stock(@PathVariable int id);
}
