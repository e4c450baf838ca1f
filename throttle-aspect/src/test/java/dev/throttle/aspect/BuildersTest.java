package dev.throttle.aspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.clients.retrofit.ThrottleCallAdapterFactory;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import feign.AsyncFeign;
import feign.Client;
import feign.DefaultRetryer;
import feign.Feign;
import feign.Request;
import feign.RequestLine;
import feign.Response;
import feign.RetryableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;

/** Clients are built as users build them; the hooks come by weaving. */
class BuildersTest {

  @RegisterExtension final OnVirtualTime time = new OnVirtualTime();

  private final AtomicInteger requests = new AtomicInteger();

  @Test
  void feign_isHookedByTarget_soThatCallsAndMethodReferencesPayOnce() {
    FeignApi api = Feign.builder().client(answering()).target(FeignApi.class, "http://acme");
    assertThat(api.user()).isEqualTo("user");
    Supplier<String> reference = api::user;
    assertThat(reference.get()).isEqualTo("user");
    assertThat(requests).hasValue(2);
    time.assertCharged("feign", 2);
  }

  @Test
  void feign_isHookedByBuild_andInstalledByHandTwice_chargesOnce() {
    FeignApi api =
        Feign.builder()
            .client(answering())
            .addCapability(new ThrottleCapability())
            .build()
            .newInstance(new feign.Target.HardCodedTarget<>(FeignApi.class, "http://acme"));
    assertThat(api.user()).isEqualTo("user");
    time.assertCharged("feign", 1);
  }

  @Test
  void feign_eachOfItsRetriesPays() {
    FeignApi api =
        Feign.builder()
            .client(failing())
            .retryer(new DefaultRetryer(0, 0, 3))
            .target(FeignApi.class, "http://acme");
    assertThatThrownBy(api::user).isInstanceOf(RetryableException.class);
    assertThatThrownBy(() -> api.user()).isInstanceOf(RetryableException.class);
    assertThat(requests).hasValue(6);
    time.assertCharged("feign", 6);
  }

  @Test
  void asyncFeign_isHooked() {
    AsyncFeignApi api =
        AsyncFeign.builder()
            .client(
                (request, options, context) -> CompletableFuture.completedFuture(answer(request)))
            .target(AsyncFeignApi.class, "http://acme");
    assertThat(api.user()).isCompletedWithValue("user");
    Supplier<CompletableFuture<String>> reference = api::user;
    assertThat(reference.get()).isCompletedWithValue("user");
    time.assertCharged("feign", 2);
  }

  @Test
  void retrofit_isHooked_soThatACallPaysWhenItIsExecuted() throws Exception {
    RetrofitApi api = retrofit(new Retrofit.Builder().baseUrl("http://acme/").client(ok()).build());
    Call<ResponseBody> call = api.user();
    time.assertNothingCharged();
    assertThat(call.execute().body().string()).isEqualTo("user");
    time.assertCharged("retrofit", 1);
    Supplier<Call<ResponseBody>> reference = api::user;
    reference.get().execute();
    call.clone().execute();
    assertThat(requests).hasValue(3);
    time.assertCharged("retrofit", 3);
  }

  @Test
  void retrofit_installedByHandToo_chargesOnce() throws Exception {
    RetrofitApi api =
        retrofit(
            new Retrofit.Builder()
                .baseUrl("http://acme/")
                .client(ok())
                .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
                .build());
    api.user().execute();
    time.assertCharged("retrofit", 1);
  }

  @Test
  void retrofit_whatOkHttpSendsByItself_paysToo() throws Exception {
    ProviderAnswer redirect = ProviderAnswer.of(302, "").header("Location", "/there");
    try (RateLimitedProvider provider =
        RateLimitedProvider.builder().answer("/user", redirect).start()) {
      RetrofitApi api = retrofit(new Retrofit.Builder().baseUrl(provider.baseUrl() + "/").build());
      assertThat(api.user().execute().isSuccessful()).isTrue();
      assertThat(provider.count()).isEqualTo(2);
      time.assertCharged("retrofit", 2);
    }
  }

  private static RetrofitApi retrofit(Retrofit retrofit) {
    return retrofit.create(RetrofitApi.class);
  }

  private Client answering() {
    return (request, options) -> answer(request);
  }

  private Client failing() {
    return (request, options) -> {
      requests.incrementAndGet();
      throw new IOException("down");
    };
  }

  private Response answer(Request request) {
    requests.incrementAndGet();
    return Response.builder()
        .status(200)
        .request(request)
        .headers(Map.of())
        .body("user", StandardCharsets.UTF_8)
        .build();
  }

  private OkHttpClient ok() {
    return new OkHttpClient.Builder()
        .addInterceptor(
            chain -> {
              requests.incrementAndGet();
              return new okhttp3.Response.Builder()
                  .request(chain.request())
                  .protocol(Protocol.HTTP_1_1)
                  .code(200)
                  .message("OK")
                  .body(ResponseBody.create("user", MediaType.get("text/plain")))
                  .build();
            })
        .build();
  }

  interface FeignApi {
    @Throttle(value = "feign", limit = 100, period = "PT1S")
    @RequestLine("GET /user")
    String user();
  }

  interface AsyncFeignApi {
    @Throttle(value = "feign", limit = 100, period = "PT1S")
    @RequestLine("GET /user")
    CompletableFuture<String> user();
  }

  interface RetrofitApi {
    @Throttle(value = "retrofit", limit = 100, period = "PT1S")
    @GET("user")
    Call<ResponseBody> user();
  }
}
