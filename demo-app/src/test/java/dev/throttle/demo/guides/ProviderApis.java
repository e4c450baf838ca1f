package dev.throttle.demo.guides;

import dev.throttle.annotation.Algorithm;
import dev.throttle.annotation.Limit;
import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import java.util.concurrent.CompletableFuture;

/** The annotated interfaces of docs/providers.md. */
final class ProviderApis {

  private ProviderApis() {}

  interface ShopifyRest {
    @Throttle(
        value = "shopify.com/rest",
        limit = 2,
        period = "PT1S",
        algorithm = Algorithm.TOKEN_BUCKET,
        burst = 40)
    CompletableFuture<String> order(@ThrottleKey String shop, long id);
  }

  record Query(String text, int requestedCost) {}

  record Result(String data, int actualCost) {}

  interface GraphQl {
    CompletableFuture<Result> send(String shop, Query query);
  }

  @Throttle(value = "api.github.com", limit = 5_000, period = "PT1H")
  @Throttle(value = "api.github.com/at-once", limit = 100, period = "PT0S")
  @Throttle(value = "api.github.com/points", limit = 900, period = "PT1M")
  interface GitHub {
    CompletableFuture<String> issue(long number); // 1 point

    @Throttle(value = "api.github.com/points", cost = 5)
    @Throttle(
        value = "api.github.com/content",
        limit = 80,
        period = "PT1M",
        also = @Limit(limit = 500, period = "PT1H"))
    CompletableFuture<String> comment(long number, String text);
  }

  @Throttle(value = "api.stripe.com", limit = 100, period = "PT1S")
  @Throttle(value = "api.stripe.com/at-once", limit = 20, period = "PT0S") // your own choice
  interface Stripe {
    @Throttle(value = "api.stripe.com/customers", limit = 25, period = "PT1S")
    CompletableFuture<String> customer(String id);
  }

  @Throttle(value = "api.binance.com", limit = 6_000, period = "PT1M")
  interface Binance {
    CompletableFuture<String> depth(
        @ThrottleCost(value = "weight", buckets = "api.binance.com") Depth depth);

    @Throttle(
        value = "api.binance.com/orders",
        limit = 50,
        period = "PT10S",
        also = @Limit(limit = 160_000, period = "P1D"))
    CompletableFuture<String> order(String symbol, long quantity);
  }

  record Depth(String symbol, int levels) {
    public int weight() {
      return levels <= 100 ? 5 : levels <= 500 ? 25 : levels <= 1_000 ? 50 : 250;
    }
  }

  @Throttle(value = "salesforce.com", limit = 100_000, period = "PT24H")
  interface Salesforce {
    CompletableFuture<String> account(String id);

    @Throttle(value = "salesforce.com/long", limit = 25, period = "PT0S")
    CompletableFuture<String> report(String id); // may take 20 seconds
  }

  record Question(String text, int maxTokens) {}

  record Answer(String text, int tokens) {}

  interface Client {
    CompletableFuture<Answer> ask(Question question);
  }

  interface Model {
    @Throttle(value = "api.llm.com/requests", limit = 500, period = "PT1M")
    @Throttle(value = "api.llm.com/tokens", limit = 30_000, period = "PT1M")
    CompletableFuture<Answer> ask(
        @ThrottleCost(value = "maxTokens", buckets = "api.llm.com/tokens") Question question);
  }
}
