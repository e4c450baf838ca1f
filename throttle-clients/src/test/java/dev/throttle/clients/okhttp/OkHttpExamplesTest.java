package dev.throttle.clients.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.test.RateLimitedProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** The examples of the Javadoc; {@code DocumentationTest} of throttle-test compares them. */
class OkHttpExamplesTest {

  @Test
  void a_factory_of_calls() {
    Buckets buckets = buckets();
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start()) {
      Request request = new Request.Builder().url(provider.baseUrl()).build();
      CompletableFuture<Integer> status = new CompletableFuture<>();
      Callback callback =
          new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
              status.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response response) {
              response.close();
              status.complete(response.code());
            }
          };
      UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
      Call.Factory calls = ThrottledCallFactory.of(new OkHttpClient(), rules);
      calls.newCall(request).enqueue(callback);
      assertThat(status.join()).isEqualTo(200);
    }
  }

  @Test
  void an_interceptor() throws IOException {
    Buckets buckets = buckets();
    UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
    OkHttpClient client =
        new OkHttpClient.Builder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build();
    try (RateLimitedProvider provider = RateLimitedProvider.builder().start();
        Response response =
            client.newCall(new Request.Builder().url(provider.baseUrl()).build()).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  private static Buckets buckets() {
    Buckets buckets = Buckets.create();
    buckets.define("api.foo.com", Limit.of(600, Duration.ofMinutes(1)));
    return buckets;
  }
}
