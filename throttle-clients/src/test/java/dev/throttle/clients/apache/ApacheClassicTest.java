package dev.throttle.clients.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.junit.jupiter.api.Test;

class ApacheClassicTest extends ApacheContract {

  private PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();

  private CloseableHttpClient apache(Setting setting) {
    pool = new PoolingHttpClientConnectionManager();
    HttpClientBuilder builder =
        HttpClients.custom()
            .setConnectionManager(pool)
            .setDefaultRequestConfig(Setting.request())
            .setDefaultCredentialsProvider(Setting.credentials())
            .setRetryStrategy(setting.retries())
            .setRoutePlanner(setting.routes());
    for (int i = 0; i < setting.timesInstalled(); i++) {
      ThrottleExecHandler.addTo(builder, setting.rules());
    }
    return closing(builder.build());
  }

  private CloseableHttpClient apache() {
    return apache(Setting.of(1, RuledClient.rules(provider.baseUrl())));
  }

  private HttpGet get(Endpoint endpoint) {
    return new HttpGet(provider.baseUrl() + endpoint.path());
  }

  @Override
  ConnPoolControl<HttpRoute> pool() {
    return pool;
  }

  @Override
  HookedClient client(String baseUrl, Setting setting) {
    CloseableHttpClient client = apache(setting);
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        HttpGet request = new HttpGet(uri);
        return HookedClient.onThread(
            () -> client.execute(request, ApacheClassicTest::body), thread -> request.cancel());
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        var execute =
            HttpClient.class.getMethod(
                "execute", ClassicHttpRequest.class, HttpClientResponseHandler.class);
        HttpClientResponseHandler<String> handler = ApacheClassicTest::body;
        return CompletableFuture.completedFuture(
            execute.invoke(client, new HttpGet(uri("/method")), handler));
      }
    };
  }

  private static String body(ClassicHttpResponse response) throws IOException, HttpException {
    if (response.getCode() >= 300) {
      throw new IOException("status " + response.getCode());
    }
    return EntityUtils.toString(response.getEntity());
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Test
  void the_example() throws IOException {
    Buckets buckets = Throttling.buckets();
    buckets.define("api.foo.com", Limit.of(1, Duration.ofSeconds(1)));
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    CloseableHttpClient client = ThrottleExecHandler.addTo(HttpClients.custom(), rules).build();
    assertThat(client.execute(get(Endpoint.METHOD), ApacheClassicTest::body)).isEqualTo("ok");
    client.close();
  }

  @Test
  void a_key_is_found_among_the_headers_of_the_request() throws IOException {
    Buckets buckets = Throttling.buckets();
    buckets.defineKeyed("shops", Limit.of(1, Duration.ofSeconds(1)));
    UriRules rules =
        UriRules.of(buckets)
            .when("*:*/**")
            .keyedBy(request -> request.header("x-shop"))
            .pass("shops");
    CloseableHttpClient client = apache(Setting.of(1, rules));
    HttpGet request = get(Endpoint.METHOD);
    request.setHeader("X-Shop", "acme");
    client.execute(request, ApacheClassicTest::body);
    assertThat(buckets.keyed("shops").bucket("acme").inUse()).isEqualTo(1);
    assertThatThrownBy(() -> client.execute(get(Endpoint.METHOD), ApacheClassicTest::body))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pool.getTotalStats().getLeased()).isZero();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_cancelled_wait_fails_as_the_client_itself_does() throws IOException {
    CloseableHttpClient client = apache();
    client.execute(get(Endpoint.METHOD), ApacheClassicTest::body);
    HttpGet waiting = get(Endpoint.METHOD);
    CompletableFuture<?> cancelled =
        HookedClient.onThread(() -> client.execute(waiting, ApacheClassicTest::body));
    awaitWaiting(1);
    waiting.cancel();
    awaitDone(cancelled);
    assertThatThrownBy(cancelled::get)
        .cause()
        .isInstanceOf(RequestFailedException.class)
        .hasMessage("Request aborted");
    assertThat(bucket().waiting()).isZero();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void an_interrupted_wait_is_refused() throws IOException {
    CloseableHttpClient client = apache();
    client.execute(get(Endpoint.METHOD), ApacheClassicTest::body);
    CompletableFuture<Thread> waiting = new CompletableFuture<>();
    CompletableFuture<?> interrupted =
        HookedClient.onThread(
            () -> {
              waiting.complete(Thread.currentThread());
              return client.execute(get(Endpoint.METHOD), ApacheClassicTest::body);
            });
    awaitWaiting(1);
    waiting.join().interrupt();
    awaitDone(interrupted);
    assertThatThrownBy(interrupted::get)
        .cause()
        .isInstanceOf(ThrottledException.class)
        .hasMessageContaining("interrupted");
    assertThat(bucket().waiting()).isZero();
    assertThat(provider.count()).isEqualTo(1);
  }
}
