package dev.throttle.demo.guides;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleKey;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.CompletableFuture;

/** The annotated interfaces of docs/composition.md. */
final class ComposedApis {

  private ComposedApis() {}

  @Throttle(value = "api.shop.com", limit = 600, period = "PT1M") // every method below
  interface ShopApi {
    CompletableFuture<String> status();

    @Throttle(value = "api.shop.com/users", limit = 100, period = "PT1M") // and this endpoint's own
    CompletableFuture<String> user(long id);

    @Throttle(value = "api.shop.com/orders", limit = 20, period = "PT1M") // and each customer's own
    CompletableFuture<String> orders(@ThrottleKey String customer);
  }

  @Throttle(value = "api.shop.com", limit = 600, period = "PT1M")
  @Throttle(value = "api.shop.com/users", limit = 100, period = "PT1M")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface ShopUsers {}

  interface UserSearch {
    @ShopUsers
    CompletableFuture<String> search(String name);
  }
}
