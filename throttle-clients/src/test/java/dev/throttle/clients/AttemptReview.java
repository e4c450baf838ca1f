package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import feign.RequestLine;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;

/** Clients, buckets and a provider to find what is paid twice, or not at all. */
@Timeout(20)
abstract class AttemptReview {

  final VirtualTime time = new VirtualTime();
  final OkHttpClient okHttp = new OkHttpClient.Builder().retryOnConnectionFailure(false).build();
  RateLimitedProvider provider;
  Bucket nine;
  UriRules rules;
  private Buckets before;

  interface Api {
    @Throttle("nine")
    @GET("a")
    Call<ResponseBody> call();

    @Throttle(value = "none", maxWait = "PT0S")
    @GET("a")
    Call<ResponseBody> refused();

    @Throttle("nine")
    @GET("cached")
    Call<ResponseBody> cached();

    @Throttle("atOnce")
    @GET("a")
    CompletableFuture<String> atOnce();
  }

  interface SyncApi {
    @Throttle("one")
    @RequestLine("GET /moved")
    String moved();
  }

  @BeforeEach
  void start() {
    Buckets buckets = Buckets.builder().timeSource(time).build();
    before = Throttling.use(buckets);
    nine = buckets.define("nine", Limit.of(9, Duration.ofSeconds(1)));
    buckets.define("other", Limit.of(9, Duration.ofSeconds(1)));
    buckets.define("one", Limit.concurrent(1));
    buckets.define("none", Limit.concurrent(1));
    buckets.define("atOnce", Limit.concurrent(5));
    provider =
        RateLimitedProvider.builder()
            .answer("/moved", ProviderAnswer.of(302, "").header("Location", "/one"))
            .answer(
                "/cached",
                ProviderAnswer.of(200, "{}")
                    .header("Cache-Control", "max-age=1000")
                    .header("X-RateLimit-Limit", "9")
                    .header("X-RateLimit-Remaining", "3"))
            .start();
    rules =
        UriRules.of(buckets)
            .when("*:*/a")
            .pass("nine")
            .when("*:*/moved")
            .pass("one")
            .when("*:*/one")
            .pass("one");
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
    okHttp.dispatcher().executorService().shutdown();
    okHttp.connectionPool().evictAll();
  }

  final Request request(String path) {
    return new Request.Builder().url(provider.baseUrl() + path).build();
  }

  final Retrofit retrofit(OkHttpClient client) {
    return new Retrofit.Builder()
        .baseUrl(provider.baseUrl() + "/")
        .client(client)
        .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
        .build();
  }

  /** Makes a call that is redirected, on a thread of its own, which may hang. */
  final void inTime(Callable<?> call) throws Exception {
    CompletableFuture<Object> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                done.complete(call.call());
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    thread.start();
    try {
      assertThat(done).succeedsWithin(Duration.ofSeconds(5));
      assertThat(provider.count()).isEqualTo(2);
    } finally {
      thread.interrupt();
      thread.join();
    }
  }
}
