package dev.throttle.demo;

import dev.throttle.annotation.Throttle;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The limits of the shop's API, written once for all clients of it. On an interface: 200 calls per
 * 2 s over everything.
 */
@Throttle(value = ShopApi.NAME, limit = 200, period = "PT2S")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface ShopApi {

  /** The bucket that every call passes. */
  String NAME = "shop.example";

  /** On a method: 60 calls a second of products, beside the limit over everything. */
  @Throttle(value = NAME + "/products", limit = 60, period = "PT1S")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Products {}

  /** On a method: 80 calls a second of orders, beside the limit over everything. */
  @Throttle(value = NAME + "/orders", limit = 80, period = "PT1S")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Orders {}
}
