package dev.throttle.demo;

import feign.Param;
import feign.RequestLine;

/** The shop through Feign: a call that must wait parks its thread. */
@ShopApi
interface FeignShop {

  @ShopApi.Products
  @RequestLine("GET /products/{id}")
  String product(@Param("id") int id);

  @ShopApi.Orders
  @RequestLine("GET /orders/{id}")
  String order(@Param("id") int id);

  @RequestLine("GET /stock/{id}")
  String stock(@Param("id") int id);
}
