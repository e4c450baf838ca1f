package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A provider of each kind accepts all that a client with the same limit sends, over a network. */
@Timeout(120)
class EndToEndTest {

  private static final Duration PERIOD = Duration.ofMillis(300);
  private static final Duration JITTER = Duration.ofMillis(15);

  private final HttpClient client = HttpClient.newHttpClient();

  private static Stream<Arguments> limits() {
    return Stream.of(
        Arguments.of(ProviderLimit.slidingWindow(12, PERIOD), Limit.of(12, PERIOD)),
        Arguments.of(
            ProviderLimit.fixedWindow(12, PERIOD, Duration.ZERO), Limit.fixedWindow(12, PERIOD)),
        Arguments.of(ProviderLimit.tokenBucket(12, PERIOD, 5), Limit.tokenBucket(12, PERIOD, 5)),
        Arguments.of(
            ProviderLimit.leakyBucket(12, PERIOD, 5), Limit.leakyBucket(12, PERIOD).withBurst(5)));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void calls_of_every_cost_are_accepted_by_a_provider_of_every_kind(
      ProviderLimit provided, Limit limit) throws Exception {
    try (RateLimitedProvider provider =
            jittered().limit(provided).cost(request -> request.header("X-Tokens")).start();
        Buckets buckets = Buckets.create()) {
      buckets.define("api.foo.com", limit);
      Throttle throttle = buckets.throttle("api.foo.com");
      SplittableRandom random = new SplittableRandom(1);
      List<CompletableFuture<?>> answers = new ArrayList<>();
      int cost = 0;
      for (int i = 0; i < 25; i++) {
        int own = random.nextInt(1, 5);
        cost += own;
        HttpRequest request =
            HttpRequest.newBuilder(provider.uri("/"))
                .header("X-Tokens", Integer.toString(own))
                .build();
        answers.add(throttle.withCost(own).callAsync(() -> send(request)));
      }
      answers.forEach(CompletableFuture::join);

      assertThat(provider.refused()).isZero();
      assertThat(provider.log().stream().mapToInt(ProviderCall::cost).sum()).isEqualTo(cost);
    }
  }

  @Test
  void strictly_spaced_calls_are_accepted_by_a_provider_that_wants_them_so() throws Exception {
    try (RateLimitedProvider provider =
            jittered().limit(ProviderLimit.leakyBucket(12, PERIOD)).start();
        Buckets buckets = Buckets.create()) {
      buckets.define("api.foo.com", Limit.leakyBucket(12, PERIOD).withBurst(1));
      Throttle throttle = buckets.throttle("api.foo.com");
      HttpRequest request = HttpRequest.newBuilder(provider.uri("/")).build();
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(throttle.callAsync(() -> send(request)));
      }
      answers.forEach(CompletableFuture::join);

      assertThat(provider.count()).isEqualTo(20);
      assertThat(provider.refused()).isZero();
    }
  }

  @Test
  void each_tenant_gets_all_of_its_own_limit_and_none_of_the_others() throws Exception {
    try (RateLimitedProvider provider =
            jittered()
                .limit(ProviderLimit.slidingWindow(20, PERIOD))
                .limitPerKey(
                    "/orders",
                    ProviderLimit.slidingWindow(8, PERIOD),
                    request -> request.header("X-Api-Key"))
                .start();
        Buckets buckets = Buckets.create()) {
      buckets.define("api.foo.com", Limit.of(20, PERIOD));
      buckets.defineKeyed("api.foo.com/orders", Limit.of(8, PERIOD));
      KeyedThrottle orders = buckets.keyedThrottle("api.foo.com", "api.foo.com/orders");
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String tenant = "tenant" + i % 3;
        HttpRequest request =
            HttpRequest.newBuilder(provider.uri("/orders/7")).header("X-Api-Key", tenant).build();
        answers.add(orders.of(tenant).callAsync(() -> send(request)));
      }
      answers.forEach(CompletableFuture::join);

      assertThat(provider.count()).isEqualTo(60);
      assertThat(provider.refused()).isZero();
      for (int i = 0; i < 3; i++) {
        String tenant = "tenant" + i;
        assertThat(
                provider.maxInAnyWindow(
                    request -> request.header("X-Api-Key").orElseThrow().equals(tenant), PERIOD))
            .isBetween(5, 8);
      }
    }
  }

  private static RateLimitedProvider.Builder jittered() {
    return RateLimitedProvider.builder()
        .jitterBefore(Duration.ZERO, JITTER)
        .jitterAfter(Duration.ZERO, JITTER);
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofString());
  }
}
