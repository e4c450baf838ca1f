package dev.throttle.clients.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import feign.Client;
import feign.DefaultRetryer;
import feign.Feign;
import feign.FeignException;
import feign.RequestLine;
import feign.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that an annotation and a rule know is charged once for the buckets of both. */
@Timeout(20)
class HttpChargedOnceTest {

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  private final VirtualTime time = new VirtualTime();
  private RateLimitedProvider provider;
  private Buckets before;
  private Bucket both;
  private Bucket rule;
  private Bucket one;
  private Bucket refused;
  private HttpClient client;

  interface Api {
    @Throttle("both")
    @RequestLine("GET /a")
    String feign();

    @Throttle("both")
    @RequestLine("GET /a")
    CompletableFuture<String> async();

    @Throttle("one")
    @RequestLine("GET /one")
    String one();

    @Throttle("refused")
    @RequestLine("GET /refused")
    String refused();

    @Throttle("refused")
    @RequestLine("GET /refused")
    CompletableFuture<String> refusedLater();

    @Throttle("other")
    @RequestLine("GET /a")
    String other();
  }

  @BeforeEach
  void start() {
    Buckets buckets = Buckets.builder().timeSource(time).build();
    before = Throttling.use(buckets);
    both = buckets.define("both", Limit.of(9, Duration.ofSeconds(1)));
    rule = buckets.define("rule", Limit.of(9, Duration.ofSeconds(1)));
    one = buckets.define("one", Limit.concurrent(1));
    buckets.define("other", Limit.of(9, Duration.ofSeconds(1)));
    refused = buckets.define("refused", Limit.of(9, Duration.ofSeconds(1)));
    provider =
        RateLimitedProvider.builder()
            .answer(
                "/refused",
                ProviderAnswer.of(429, "{}")
                    .header("X-RateLimit-Limit", "9")
                    .header("X-RateLimit-Remaining", "0"))
            .start();
    client =
        ThrottledHttpClient.of(
            HttpClient.newHttpClient(),
            UriRules.of(buckets)
                .when("*:*/a")
                .pass("both", "rule")
                .when("*:*/one")
                .pass("one")
                .when("*:*/refused")
                .pass("refused"));
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(provider.uri(path)).build();
  }

  private String send(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString()).body();
  }

  private static MethodPlan plan(String method) throws NoSuchMethodException {
    return MethodPlan.of(Api.class, Api.class.getMethod(method));
  }

  /** Feign on top of the JDK's client. */
  private Client feignClient(int status) {
    return (request, options) -> {
      try {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create(request.url())).build(), BodyHandlers.ofString());
        return Response.builder()
            .status(status)
            .headers(Map.of())
            .request(request)
            .body(response.body(), StandardCharsets.UTF_8)
            .build();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    };
  }

  @Test
  void a_hook_farther_out_has_paid_for_its_buckets_and_the_others_are_due() {
    Api api =
        Feign.builder()
            .client(feignClient(200))
            .addCapability(new ThrottleCapability())
            .target(Api.class, provider.baseUrl());
    api.feign();
    assertThat(both.inUse()).isEqualTo(1);
    assertThat(rule.inUse()).isEqualTo(1);
    api.feign();
    assertThat(both.inUse()).isEqualTo(2);
    assertThat(rule.inUse()).isEqualTo(2);
  }

  @Test
  void each_retry_of_a_hook_farther_out_pays_once() {
    Api api =
        Feign.builder()
            .client(feignClient(503))
            .errorDecoder(
                (key, response) ->
                    new feign.RetryableException(
                        503, "again", feign.Request.HttpMethod.GET, 0L, response.request()))
            .retryer(new DefaultRetryer(1, 1, 3))
            .addCapability(new ThrottleCapability())
            .target(Api.class, provider.baseUrl());
    Assertions.assertThatThrownBy(api::feign).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(both.inUse()).isEqualTo(3);
    assertThat(rule.inUse()).isEqualTo(3);
  }

  @Test
  void a_call_site_has_paid_for_the_first_request_behind_it() throws Exception {
    plan("feign")
        .invokeCallSite(
            () -> {
              send("/a");
              assertThat(both.inUse()).isEqualTo(1);
              assertThat(rule.inUse()).isEqualTo(1);
              return send("/a");
            });
    assertThat(both.inUse()).isEqualTo(2);
    assertThat(rule.inUse()).isEqualTo(2);
  }

  @Test
  void a_repeated_request_behind_a_call_site_does_not_wait_for_the_permit_of_its_own_call()
      throws Exception {
    plan("one")
        .invokeCallSite(
            () -> {
              send("/one");
              return send("/one");
            });
    assertThat(provider.count()).isEqualTo(2);
    assertThat(one.inUse()).isZero();
  }

  @Test
  void the_permit_of_an_asynchronous_call_site_is_complete_with_the_headers() throws Exception {
    CompletableFuture<String> unfinished = new CompletableFuture<>();
    plan("async")
        .invokeCallSite(
            () -> {
              client.sendAsync(request("/a"), BodyHandlers.ofString()).join();
              return unfinished;
            });
    assertThat(both.inUse()).isEqualTo(1);
    time.advance(TWO_SECONDS);
    assertThat(both.inUse()).isZero();
    assertThat(unfinished).isNotDone();
  }

  @Test
  void a_call_site_hears_what_the_provider_says() throws Exception {
    plan("refused").invokeCallSite(() -> send("/refused"));
    // All are out of use, and that of the call, which was not counted, is given back.
    assertThat(refused.inUse()).isEqualTo(9);
  }

  @Test
  void an_asynchronous_call_site_hears_what_the_provider_says() throws Exception {
    plan("refusedLater")
        .invokeCallSite(
            () -> {
              client.sendAsync(request("/refused"), BodyHandlers.ofString()).join();
              assertThat(refused.inUse()).isEqualTo(9);
              return CompletableFuture.completedFuture("done");
            });
    assertThat(refused.inUse()).isEqualTo(9);
  }

  @Test
  void a_call_site_of_other_buckets_pays_nothing_for_a_request() throws Exception {
    plan("other").invokeCallSite(() -> send("/a"));
    assertThat(both.inUse()).isEqualTo(1);
    assertThat(rule.inUse()).isEqualTo(1);
    assertThat(Throttling.buckets().bucket("other").inUse()).isEqualTo(1);
  }

  @Test
  void what_a_call_site_has_paid_is_still_there_for_a_request_after_one_of_other_buckets()
      throws Exception {
    plan("feign")
        .invokeCallSite(
            () -> {
              send("/one");
              send("/b");
              return send("/a");
            });
    assertThat(both.inUse()).isEqualTo(1);
  }

  @Test
  void a_call_site_that_waits_lets_its_request_go_at_once() throws Exception {
    Bucket full = Throttling.buckets().bucket("both");
    for (int i = 0; i < 9; i++) {
      send("/a");
    }
    CompletableFuture<?> call =
        (CompletableFuture<?>)
            plan("async")
                .invokeCallSite(
                    () ->
                        client
                            .sendAsync(request("/a"), BodyHandlers.ofString())
                            .thenApply(HttpResponse::body));
    assertThat(full.waiting()).isEqualTo(1);
    time.advance(TWO_SECONDS);
    await().until(call::isDone);
    call.join();
    assertThat(full.inUse()).isEqualTo(1);
    assertThat(provider.count()).isEqualTo(10);
  }
}
