package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.RateLimitedProvider;
import feign.AsyncFeign;
import feign.Feign;
import feign.Param;
import feign.RequestLine;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
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
    Call<ResponseBody> user(@retrofit2.http.Path("id") long id);
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
  }

  @Test
  void resilience4j() throws Exception {
    FeignUsers users =
        Feign.builder()
            .addCapability(new ThrottleCapability())
            .target(FeignUsers.class, provider.baseUrl());
    RetryConfig config = RetryConfig.custom().ignoreExceptions(ThrottledException.class).build();
    String user = Retry.of("users", config).executeCallable(() -> users.user(7));
    assertThat(user).contains("ok");
  }
}
