package dev.throttle.clients.feign;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import feign.Headers;
import feign.Param;
import feign.RequestLine;
import java.util.concurrent.CompletableFuture;

/** Interfaces of Feign's kind whose key or cost is among the arguments. */
final class KeyedFeignApi {

  private KeyedFeignApi() {}

  interface Sync {
    @Throttle(value = "keyed/orders", limit = 3, period = "PT1S")
    @RequestLine("GET /orders/{page}")
    @Headers("X-Tenant: {tenant}")
    String orders(@Param("page") int page, @ThrottleKey @Param("tenant") String tenant);

    @Throttle(value = "keyed/weight", limit = 10, period = "PT1S")
    @RequestLine("GET /weight/{weight}")
    String weighing(@ThrottleCost @Param("weight") long weight);

    @Throttle("keyed/few")
    @RequestLine("GET /few/{tenant}")
    String few(@ThrottleKey @Param("tenant") String tenant);
  }

  interface Async {
    @Throttle(value = "keyed/orders", limit = 3, period = "PT1S")
    @RequestLine("GET /orders/{page}")
    @Headers("X-Tenant: {tenant}")
    CompletableFuture<String> orders(
        @Param("page") int page, @ThrottleKey @Param("tenant") String tenant);

    @Throttle(value = "keyed/orders", limit = 3, period = "PT1S")
    @RequestLine("GET /orders/{page}")
    @Headers("X-Tenant: {tenant}")
    String plainOrders(@Param("page") int page, @ThrottleKey @Param("tenant") String tenant);

    @Throttle(value = "keyed/weight", limit = 10, period = "PT1S")
    @RequestLine("GET /weight/{weight}")
    CompletableFuture<String> weighing(@ThrottleCost @Param("weight") long weight);

    @Throttle("keyed/few")
    @RequestLine("GET /few/{tenant}")
    CompletableFuture<String> few(@ThrottleKey @Param("tenant") String tenant);
  }
}
