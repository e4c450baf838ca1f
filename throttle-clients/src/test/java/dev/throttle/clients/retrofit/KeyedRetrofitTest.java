package dev.throttle.clients.retrofit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Throttle;
import dev.throttle.annotation.ThrottleCost;
import dev.throttle.annotation.ThrottleKey;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.contract.HookedClient;
import dev.throttle.test.contract.KeyedContract;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Header;
import retrofit2.http.Path;

class KeyedRetrofitTest extends KeyedContract {

  interface Api {
    @Throttle(value = ORDERS, limit = 3, period = "PT1S")
    @GET("orders/{page}")
    CompletableFuture<ResponseBody> orders(
        @Path("page") int page, @ThrottleKey @Header("X-Tenant") String tenant);

    @Throttle(value = ORDERS, limit = 3, period = "PT1S")
    @GET("orders/{page}")
    Call<ResponseBody> call(@Path("page") int page, @ThrottleKey @Header("X-Tenant") String tenant);

    @Throttle(value = "keyed/weight", limit = 10, period = "PT1S")
    @GET("weight/{weight}")
    CompletableFuture<ResponseBody> weighing(@ThrottleCost @Path("weight") long weight);

    @Throttle("keyed/few")
    @GET("few/{tenant}")
    CompletableFuture<ResponseBody> few(@ThrottleKey @Path("tenant") String tenant);
  }

  private final OkHttpClient client =
      new OkHttpClient.Builder().retryOnConnectionFailure(false).build();

  @AfterEach
  void closeClient() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private Api api() {
    return new Retrofit.Builder()
        .baseUrl(provider.baseUrl())
        .client(client)
        .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
        .build()
        .create(Api.class);
  }

  @Override
  protected CompletableFuture<?> orders(String tenant, int page) {
    Api api = api();
    return page % 2 == 0
        ? api.orders(page, tenant)
        : HookedClient.onThread(() -> api.call(page, tenant).execute());
  }

  @Override
  protected CompletableFuture<?> weighing(long weight) {
    return api().weighing(weight);
  }

  @Override
  protected CompletableFuture<?> few(String tenant) {
    return api().few(tenant);
  }

  @Test
  void a_clone_pays_for_itself_by_the_same_key() throws Exception {
    Call<ResponseBody> call = api().call(1, "a");
    call.execute().body().close();
    call.clone().execute().body().close();
    assertInUse("a", 2);
  }

  @Test
  void a_call_that_a_woven_call_site_has_made_is_charged_once() throws Exception {
    Api api = api();
    MethodPlan plan =
        Objects.requireNonNull(
            MethodPlan.of(Api.class, Api.class.getMethod("call", int.class, String.class)));
    Call<?> call = (Call<?>) plan.invokeCallSite(new Object[] {1, "a"}, () -> api.call(1, "a"));
    assertInUse("a", 0);
    Objects.requireNonNull(call).execute();
    assertInUse("a", 1);
    MethodPlan future =
        Objects.requireNonNull(
            MethodPlan.of(Api.class, Api.class.getMethod("orders", int.class, String.class)));
    awaitAll(
        List.of(
            (CompletableFuture<?>)
                future.invokeCallSite(new Object[] {1, "a"}, () -> api.orders(1, "a"))));
    assertInUse("a", 2);
    assertThat(provider.count()).isEqualTo(2);
  }
}
