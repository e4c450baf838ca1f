package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import dev.throttle.annotation.Throttle;
import dev.throttle.clients.apache.ThrottleAsyncExecHandler;
import dev.throttle.clients.apache.ThrottleExecHandler;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.http.ThrottledHttpClient;
import dev.throttle.clients.okhttp.ThrottleInterceptor;
import dev.throttle.clients.okhttp.ThrottledCallFactory;
import dev.throttle.clients.resilience4j.Refusals;
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import dev.throttle.clients.rule.UriRequest;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Configuration;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.test.RateLimitedProvider;
import feign.AsyncFeign;
import feign.Feign;
import feign.Param;
import feign.RequestLine;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.ResponseBody;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import retrofit2.Retrofit;
import retrofit2.http.GET;

/** The examples of docs/clients.md; {@code DocumentationTest} of throttle-test compares them. */
class DocumentedClientsTest {

  private final RateLimitedProvider provider = RateLimitedProvider.builder().start();
  private Buckets before;

  @BeforeEach
  void start() {
    before = Throttling.use(Buckets.create());
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
  interface FeignUsers {
    @RequestLine("GET /users/{id}")
    String user(@Param("id") long id);
  }

  @Test
  void feign() {
    String url = provider.baseUrl();
    FeignUsers users =
        Feign.builder().addCapability(new ThrottleCapability()).target(FeignUsers.class, url);
    assertThat(users.user(7)).contains("ok");
    assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(1);
  }

  @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
  interface AsyncFeignUsers {
    @RequestLine("GET /users/{id}")
    CompletableFuture<String> user(@Param("id") long id);
  }

  @Test
  void async_feign() {
    String url = provider.baseUrl();
    AsyncFeignUsers users =
        AsyncFeign.builder()
            .addCapability(new ThrottleCapability())
            .target(AsyncFeignUsers.class, url);
    assertThat(users.user(7).join()).contains("ok");
    assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(1);
  }

  @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
  interface RetrofitUsers {
    @GET("users/{id}")
    retrofit2.Call<ResponseBody> user(@retrofit2.http.Path("id") long id);
  }

  @Test
  void retrofit() throws IOException {
    String url = provider.baseUrl();
    Retrofit retrofit =
        new Retrofit.Builder()
            .baseUrl(url)
            .addCallAdapterFactory(ThrottleCallAdapterFactory.create()) // before all others
            .build();
    RetrofitUsers users = retrofit.create(RetrofitUsers.class);
    assertThat(users.user(7).execute().isSuccessful()).isTrue();
    assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(1);

    OkHttpClient okHttp = new OkHttpClient();
    OkHttpClient counting =
        okHttp.newBuilder().addNetworkInterceptor(ThrottleInterceptor.ofMethods()).build();
    RetrofitUsers counted =
        retrofit.newBuilder().client(counting).build().create(RetrofitUsers.class);
    assertThat(counted.user(7).execute().isSuccessful()).isTrue();
    assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(2);
  }

  @Test
  void ok_http() throws IOException {
    Buckets buckets = Throttling.buckets();
    Bucket bucket = buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    OkHttpClient okHttp = new OkHttpClient();
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    Call.Factory calls = ThrottledCallFactory.of(okHttp, rules);
    OkHttpClient throttled =
        okHttp.newBuilder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build();
    Request request = new Request.Builder().url(provider.baseUrl()).build();
    calls.newCall(request).execute().close();
    throttled.newCall(request).execute().close();
    assertThat(bucket.inUse()).isZero(); // another host
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void apache_http_client() throws Exception {
    Buckets buckets = Throttling.buckets();
    Bucket bucket = buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    CloseableHttpClient client = ThrottleExecHandler.addTo(HttpClients.custom(), rules).build();
    CloseableHttpAsyncClient async =
        ThrottleAsyncExecHandler.addTo(HttpAsyncClients.custom(), rules).build();
    async.start();
    try (client;
        async) {
      HttpGet get = new HttpGet(provider.baseUrl());
      assertThat(client.<Integer>execute(get, response -> response.getCode())).isEqualTo(200);
      SimpleHttpRequest later = SimpleRequestBuilder.get(provider.baseUrl()).build();
      assertThat(async.execute(later, null).get().getCode()).isEqualTo(200);
    }
    assertThat(bucket.inUse()).isZero(); // another host
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void http_client() throws Exception {
    Buckets buckets = Throttling.buckets();
    buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    HttpClient existing = HttpClient.newHttpClient();
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    HttpClient client = ThrottledHttpClient.of(existing, rules);
    HttpRequest request = HttpRequest.newBuilder(provider.uri("/users/7")).build();
    assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("ok");
    assertThat(buckets.bucket("api.foo.com").inUse()).isZero();
    CompletableFuture<String> user =
        client.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::body);
    assertThat(user.join()).contains("ok");
  }

  @Test
  void http_client_with_redirects() throws Exception {
    UriRules rules = UriRules.of(Throttling.buckets());
    HttpClient plain = HttpClient.newHttpClient(); // Redirect.NEVER is the default
    HttpClient following = ThrottledHttpClient.of(plain, rules).followingRedirects(Redirect.NORMAL);
    assertThat(following.followRedirects()).isEqualTo(Redirect.NORMAL);
  }

  private record Get(URI uri) implements UriRequest {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String header(String name) {
      return "acme";
    }
  }

  private static List<String> passed(UriRules rules, String uri) {
    return rules.due(new Get(URI.create(uri))).buckets().stream().map(Bucket::name).toList();
  }

  @Test
  void uri_rules() {
    Buckets buckets = Throttling.buckets();
    Limit limit = Limit.of(600, Duration.ofMinutes(1));
    buckets.define("api.foo.com", limit);
    buckets.define("api.foo.com/users", limit);
    buckets.define("api.foo.com/export", limit);
    UriRules rules =
        UriRules.of(buckets)
            .when("api.foo.com/**")
            .pass("api.foo.com")
            .when("GET", "api.foo.com/users/**")
            .pass("api.foo.com/users")
            .when((method, uri) -> uri.getPath().endsWith(".csv"))
            .maxWait(Duration.ofSeconds(5))
            .priority(Priority.LOW)
            .pass("api.foo.com/export");
    assertThat(passed(rules, "https://api.foo.com/users/7.csv"))
        .containsExactly("api.foo.com", "api.foo.com/users", "api.foo.com/export");
  }

  @Test
  void uri_rules_with_keys() {
    Buckets buckets = Throttling.buckets();
    buckets.defineKeyed("shops", Limit.of(40, Duration.ofMinutes(1)));
    buckets.defineKeyed("hosts", Limit.of(40, Duration.ofMinutes(1)));
    UriRules rules =
        UriRules.of(buckets)
            .when("api.foo.com/shops/*/**")
            .keyedBy(request -> request.segment(1))
            .pass("shops")
            .when("*.shops.example/**")
            .keyedBy(request -> request.uri().getHost())
            .pass("hosts");
    assertThat(passed(rules, "https://api.foo.com/shops/acme/orders")).containsExactly("shops");
    assertThat(passed(rules, "https://acme.shops.example/")).containsExactly("hosts");
  }

  @Test
  void configured_uri_rules() throws Exception {
    Map<String, String> lines =
        Map.of(
            "throttle.buckets.api.foo.com.uri", "*:*/**",
            "throttle.buckets.api.foo.com.limit", "600",
            "throttle.buckets.api.foo.com.period", "PT1M");
    Throttling.use(
        Buckets.builder().configuration(Configuration.of(lines, "throttle.properties")).build());
    HttpClient existing = HttpClient.newHttpClient();
    HttpClient client = ThrottledHttpClient.of(existing, UriRules.configured(Throttling.buckets()));
    client.send(HttpRequest.newBuilder(provider.uri("/")).build(), BodyHandlers.discarding());
    assertThat(Throttling.buckets().bucket("api.foo.com").inUse()).isEqualTo(1);
  }

  @Test
  void resilience4j() throws Exception {
    FeignUsers users =
        Feign.builder()
            .addCapability(new ThrottleCapability())
            .target(FeignUsers.class, provider.baseUrl());
    Retry retry = Retry.of("users", Refusals.notRetried(RetryConfig.ofDefaults()));
    CircuitBreaker breaker =
        CircuitBreaker.of("users", Refusals.notRecorded(CircuitBreakerConfig.ofDefaults()));
    Callable<String> call = breaker.decorateCallable(() -> users.user(7));
    String user = retry.executeCallable(call);
    assertThat(user).contains("ok");
  }
}
