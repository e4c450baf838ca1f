package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.demo.guides.ProviderApis.Answer;
import dev.throttle.demo.guides.ProviderApis.Binance;
import dev.throttle.demo.guides.ProviderApis.Client;
import dev.throttle.demo.guides.ProviderApis.Depth;
import dev.throttle.demo.guides.ProviderApis.GitHub;
import dev.throttle.demo.guides.ProviderApis.GraphQl;
import dev.throttle.demo.guides.ProviderApis.Model;
import dev.throttle.demo.guides.ProviderApis.Query;
import dev.throttle.demo.guides.ProviderApis.Question;
import dev.throttle.demo.guides.ProviderApis.Result;
import dev.throttle.demo.guides.ProviderApis.Salesforce;
import dev.throttle.demo.guides.ProviderApis.ShopifyRest;
import dev.throttle.demo.guides.ProviderApis.Stripe;
import dev.throttle.test.ProviderCounter;
import dev.throttle.test.ProviderLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/providers.md: each example against counters of its provider's kind. */
class ProvidersGuideTest extends Guide {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Provider provider = new Provider(time);

  private static <T> List<CompletableFuture<T>> calls(
      int count, IntFunction<CompletableFuture<T>> call) {
    return IntStream.range(0, count).mapToObj(call).toList();
  }

  @Test
  void shopify_rest_ofEachShop_fortyAtOnce_thenTwoASecond() {
    ProviderCounter acme = ProviderLimit.tokenBucket(2, SECOND, 40).newCounter();
    ProviderCounter other = ProviderLimit.leakyBucket(2, SECOND, 40).newCounter();
    ShopifyRest shopify =
        (shop, id) -> provider.answer("order " + id, 1, shop.equals("acme") ? acme : other);

    List<CompletableFuture<String>> ofAcme = calls(100, id -> shopify.order("acme", id));
    List<CompletableFuture<String>> ofOther = calls(40, id -> shopify.order("other", id));

    assertThat(untilDone(ofOther)).isLessThan(SECOND);
    assertThat(untilDone(ofAcme)).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(31));
    assertThat(provider.refused()).isZero();
  }

  private KeyedThrottle defineShopify() {
    buckets.defineKeyed("shopify.com/graphql", Limit.tokenBucket(100, SECOND, 2_000));
    return buckets.keyedThrottle("shopify.com/graphql");
  }

  private CompletableFuture<Result> query(
      KeyedThrottle shopify, GraphQl client, String shop, Query query) {
    Throttle points = shopify.of(shop).withCost(query.requestedCost());
    return points.callAsyncWithPermit(
        permit ->
            client
                .send(shop, query)
                .thenApply(
                    result -> {
                      permit.adjust(result.actualCost());
                      return result;
                    }));
  }

  @Test
  void shopify_graphQl_getsBackWhatWasRequestedTooMuch() {
    KeyedThrottle shopify = defineShopify();
    ProviderCounter points = ProviderLimit.tokenBucket(100, SECOND, 2_000).newCounter();
    GraphQl client = (shop, query) -> provider.answer(new Result("data", 100), 100, points);

    List<CompletableFuture<Result>> results =
        calls(30, i -> query(shopify, client, "acme", new Query("products", 500)));
    assertThat(buckets.keyed("shopify.com/graphql").bucket("acme").inUse()).isEqualTo(2_000);

    // 30 of 500 points would have to wait for 130 seconds, 30 of 100 for 10.
    assertThat(untilDone(results)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(16));
    assertThat(provider.refused()).isZero();
  }

  @Test
  void gitHub_hour_points_content_andCallsAtOnce() {
    ProviderCounter hour = ProviderLimit.slidingWindow(5_000, HOUR).countingCalls().newCounter();
    ProviderCounter points = ProviderLimit.slidingWindow(900, MINUTE).newCounter();
    ProviderCounter content = ProviderLimit.slidingWindow(80, MINUTE).countingCalls().newCounter();
    GitHub gitHub =
        new GitHub() {
          @Override
          public CompletableFuture<String> issue(long number) {
            return provider.answer("issue", 1, hour, points);
          }

          @Override
          public CompletableFuture<String> comment(long number, String text) {
            return provider.answer("comment", 5, hour, points, content);
          }
        };

    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      calls.add(gitHub.comment(i, "Thanks!"));
      calls.addAll(calls(10, number -> gitHub.issue(number)));
    }

    assertThat(untilDone(calls)).isBetween(MINUTE.multipliedBy(2), MINUTE.multipliedBy(3));
    assertThat(provider.refused()).isZero();
    assertThat(provider.mostInFlight()).isEqualTo(100);
  }

  @Test
  void stripe_everything_eachEndpoint_andCallsAtOnce() {
    ProviderCounter all = ProviderLimit.slidingWindow(100, SECOND).newCounter();
    ProviderCounter customers = ProviderLimit.slidingWindow(25, SECOND).newCounter();
    Stripe stripe = id -> provider.answer("customer", 1, all, customers);

    List<CompletableFuture<String>> calls = calls(200, i -> stripe.customer("cus_" + i));

    assertThat(untilDone(calls)).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
    assertThat(provider.refused()).isZero();
    assertThat(provider.mostInFlight()).isEqualTo(20);
  }

  @Test
  void binance_weights_ofTheClocksMinutes_andOrdersByTenSecondsAndDay() {
    ProviderCounter weight = ProviderLimit.fixedWindow(6_000, MINUTE, Duration.ZERO).newCounter();
    ProviderCounter orders =
        ProviderLimit.fixedWindow(50, Duration.ofSeconds(10), Duration.ZERO).newCounter();
    Binance binance =
        new Binance() {
          @Override
          public CompletableFuture<String> depth(Depth depth) {
            return provider.answer("depth", depth.weight(), weight);
          }

          @Override
          public CompletableFuture<String> order(String symbol, long quantity) {
            return provider.answer("order", 1, weight, orders);
          }
        };

    List<CompletableFuture<String>> calls =
        new ArrayList<>(calls(30, i -> binance.depth(new Depth("BTCUSDT", 5_000))));
    calls.addAll(calls(300, i -> binance.order("BTCUSDT", 1)));

    assertThat(untilDone(calls)).isBetween(MINUTE, Duration.ofSeconds(130));
    assertThat(provider.refused()).isZero();
  }

  @Test
  void salesforce_anyTwentyFourHours_andLongCallsAtOnce() {
    ProviderCounter day = ProviderLimit.slidingWindow(100_000, Duration.ofHours(24)).newCounter();
    Provider slow = new Provider(time).working(Duration.ofSeconds(30));
    Salesforce salesforce =
        new Salesforce() {
          @Override
          public CompletableFuture<String> account(String id) {
            return provider.answer("account", 1, day);
          }

          @Override
          public CompletableFuture<String> report(String id) {
            return slow.answer("report", 1, day);
          }
        };

    assertThat(untilDone(calls(100, i -> salesforce.report("r" + i))))
        .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(121));
    assertThat(slow.mostInFlight()).isEqualTo(25);

    List<CompletableFuture<String>> accounts = calls(99_950, i -> salesforce.account("a" + i));
    assertThat(untilDone(accounts)).isGreaterThan(Duration.ofHours(23));
    assertThat(provider.refused() + slow.refused()).isZero();
  }

  @Test
  void model_annotated_requestsAndTokensOnOneCall() {
    ProviderCounter requests =
        ProviderLimit.slidingWindow(500, MINUTE).countingCalls().newCounter();
    ProviderCounter tokens = ProviderLimit.slidingWindow(30_000, MINUTE).newCounter();
    Model model =
        question -> provider.answer(new Answer("", 300), question.maxTokens(), requests, tokens);

    List<CompletableFuture<Answer>> answers =
        calls(90, i -> model.ask(new Question("Why?", 1_000)));

    assertThat(untilDone(answers)).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(122));
    assertThat(provider.refused()).isZero();
  }

  private CompletableFuture<Answer> ask(Throttle model, Client client, Question question) {
    Throttle most = model.withCost("api.llm.com/tokens", question.maxTokens());
    return most.callAsyncWithPermit(
        permit ->
            client
                .ask(question)
                .thenApply(
                    answer -> {
                      permit.adjust("api.llm.com/tokens", answer.tokens());
                      return answer;
                    }));
  }

  @Test
  void model_inCode_takesTheMost_andKeepsWhatItWas() {
    buckets.define("api.llm.com/requests", Limit.of(500, Duration.ofMinutes(1)));
    buckets.define("api.llm.com/tokens", Limit.of(30_000, Duration.ofMinutes(1)));
    Throttle model = buckets.throttle("api.llm.com/requests", "api.llm.com/tokens");
    ProviderCounter requests =
        ProviderLimit.slidingWindow(500, MINUTE).countingCalls().newCounter();
    ProviderCounter tokens = ProviderLimit.slidingWindow(30_000, MINUTE).newCounter();
    Client client = question -> provider.answer(new Answer("", 300), 300, requests, tokens);

    List<CompletableFuture<Answer>> answers =
        calls(90, i -> ask(model, client, new Question("Why?", 1_000)));

    // All take 27,000 tokens, which are there at once; it takes their answers to know it.
    assertThat(untilDone(answers)).isLessThan(Duration.ofSeconds(3));
    assertThat(provider.refused()).isZero();
  }
}
