package dev.throttle.clients.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

class WebClientTest extends HookContract {

  private static WebClient webClient(UriRules rules, int timesInstalled) {
    JdkClientHttpConnector connector = new JdkClientHttpConnector();
    connector.setReadTimeout(Duration.ofSeconds(2));
    WebClient.Builder builder = WebClient.builder().clientConnector(connector);
    for (int i = 0; i < timesInstalled; i++) {
      builder.filter(ThrottleFilter.of(rules));
    }
    return builder.build();
  }

  private static Mono<String> get(WebClient client, URI uri) {
    return client.get().uri(uri).retrieve().bodyToMono(String.class);
  }

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    WebClient client = webClient(RuledClient.rules(baseUrl), timesInstalled);
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        return get(client, uri).toFuture();
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        WebClient.RequestHeadersUriSpec<?> get =
            (WebClient.RequestHeadersUriSpec<?>) WebClient.class.getMethod("get").invoke(client);
        return get.uri(uri("/method")).retrieve().bodyToMono(String.class).toFuture();
      }
    };
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  @Override
  protected boolean cancelsRequests() {
    return true;
  }

  private Mono<String> get() {
    return get(webClient(RuledClient.rules(provider.baseUrl()), 1), provider.uri("/method"));
  }

  @Test
  void a_retry_pays_again() {
    providerAnswers(ProviderAnswer.of(500, "{}"));
    CompletableFuture<String> retried = get().retry(1).toFuture();
    awaitWaiting(1);
    assertThat(provider.count()).isEqualTo(1);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(retried);
    assertThat(provider.count()).isEqualTo(2);
  }

  interface Api {
    @Throttle("api/method")
    Mono<String> method();
  }

  @Test
  void a_call_site_and_the_filter_charge_once_for_each_subscription() throws Exception {
    Mono<String> get = get();
    MethodPlan plan = MethodPlan.of(Api.class, Api.class.getMethod("method"));
    Mono<?> called = (Mono<?>) plan.invokeCallSite(() -> get);
    awaitDone(called.toFuture());
    assertThat(bucket().inUse()).isEqualTo(1);
    CompletableFuture<?> second = called.toFuture();
    awaitWaiting(1);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(second);
    assertThat(second.join()).isEqualTo("ok");
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_subscriber_s_next_request_is_not_paid_for_by_the_one_before() {
    Mono<String> get = get();
    CompletableFuture<String> both = get.then(get).toFuture();
    awaitWaiting(1);
    assertThat(provider.count()).isEqualTo(1);
    time.advance(Duration.ofMillis(1_001));
    awaitDone(both);
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_request_whose_response_is_read_slowly_is_complete_with_its_headers() {
    WebClient client = webClient(RuledClient.rules(provider.baseUrl()), 1);
    int inUse =
        client
            .get()
            .uri(provider.uri(Endpoint.METHOD.path()))
            .exchangeToMono(
                response -> {
                  time.advance(Duration.ofMillis(1_001));
                  int afterHeaders = bucket().inUse();
                  return response.releaseBody().thenReturn(afterHeaders);
                })
            .block();
    assertThat(inUse).isZero();
  }
}
