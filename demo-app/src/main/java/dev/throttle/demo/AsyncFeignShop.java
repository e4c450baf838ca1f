package dev.throttle.demo;

import feign.Param;
import feign.RequestLine;
import java.util.concurrent.CompletableFuture;

/**
 * The shop through Feign's asynchronous client: nobody waits, the call starts when its turn comes.
 */
@ShopApi
interface AsyncFeignShop {

  @ShopApi.Products
  @RequestLine("GET /products/{id}")
  CompletableFuture<String> product(@Param("id") int id);

  @ShopApi.Orders
  @RequestLine("GET /orders/{id}")
  CompletableFuture<String> order(@Param("id") int id);

  @RequestLine("GET /stock/{id}")
  CompletableFuture<String> stock(@Param("id") int id);
}
