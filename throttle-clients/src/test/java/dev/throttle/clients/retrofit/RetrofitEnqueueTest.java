package dev.throttle.clients.retrofit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.clients.okhttp.ThrottleInterceptor;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;
import retrofit2.Retrofit;

class RetrofitEnqueueTest extends RetrofitContract {

  private static final class Answer extends CompletableFuture<ResponseBody>
      implements Callback<ResponseBody> {

    final AtomicReference<Call<ResponseBody>> answered = new AtomicReference<>();
    final AtomicReference<String> thread = new AtomicReference<>();

    @Override
    public void onResponse(Call<ResponseBody> call, Response<ResponseBody> response) {
      note(call);
      try {
        complete(body(response));
      } catch (IOException e) {
        completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Call<ResponseBody> call, Throwable failure) {
      note(call);
      completeExceptionally(failure);
    }

    private void note(Call<ResponseBody> call) {
      answered.set(call);
      thread.set(Thread.currentThread().getName());
    }
  }

  @Override
  CompletableFuture<?> send(Call<ResponseBody> call) {
    Answer answer = new Answer();
    answer.whenComplete(
        (body, failure) -> {
          if (answer.isCancelled()) {
            call.cancel();
          }
        });
    call.enqueue(answer);
    return answer;
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  private static Answer enqueue(Call<ResponseBody> call) {
    Answer answer = new Answer();
    call.enqueue(answer);
    return answer;
  }

  @Test
  void cancelling_a_wait_tells_the_callback_as_okhttp_would() throws IOException {
    RetrofitApi.Calls api = api();
    api.method().execute();
    Call<ResponseBody> call = api.method();
    Answer answer = enqueue(call);
    assertThat(call.isExecuted()).isTrue();
    call.cancel();
    assertThat(call.isCanceled()).isTrue();
    awaitDone(answer);
    assertThatThrownBy(answer::get).cause().isInstanceOf(IOException.class).hasMessage("Canceled");
    assertThat(answer.answered.get()).isSameAs(call);
    assertThat(answer.thread.get()).isNotEqualTo(Thread.currentThread().getName());
  }

  @Test
  void a_call_is_enqueued_once() {
    Call<ResponseBody> call = api().method();
    enqueue(call).join();
    assertThatThrownBy(() -> enqueue(call))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Already executed.");
    assertThatThrownBy(() -> call.clone().enqueue(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("callback == null");
  }

  @Test
  void the_callback_runs_on_the_callback_executor_whatever_the_outcome() {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "callbacks"));
    try {
      RetrofitApi.Calls api =
          retrofit(provider.baseUrl())
              .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
              .callbackExecutor(executor)
              .build()
              .create(RetrofitApi.Calls.class);
      Answer answered = enqueue(api.method());
      answered.join();
      Answer refused = enqueue(api.unlessBusy());
      awaitDone(refused);
      Call<ResponseBody> waiting = api.method();
      Answer cancelled = enqueue(waiting);
      waiting.cancel();
      awaitDone(cancelled);
      assertThat(answered.thread.get()).isEqualTo("callbacks");
      assertThat(refused.thread.get()).isEqualTo("callbacks");
      assertThat(cancelled.thread.get()).isEqualTo("callbacks");
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void a_waiting_call_holds_no_slot_of_the_dispatcher() throws IOException {
    OkHttpClient client = new OkHttpClient();
    client.dispatcher().setMaxRequests(1);
    Retrofit retrofit =
        retrofit(provider.baseUrl())
            .client(client)
            .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
            .build();
    RetrofitApi.Calls api = retrofit.create(RetrofitApi.Calls.class);
    enqueue(api.method()).join();
    // OkHttp runs the callback within the slot.
    await().until(() -> client.dispatcher().runningCallsCount() == 0);
    Call<ResponseBody> waiting = api.method();
    enqueue(waiting);
    assertThat(client.dispatcher().runningCallsCount()).isZero();
    assertThat(client.dispatcher().queuedCallsCount()).isZero();
    enqueue(api.unannotated()).join();
    waiting.cancel();
    client.dispatcher().executorService().shutdown();
  }

  @Test
  void a_request_that_cannot_be_made_takes_no_permit() {
    RetrofitApi.Calls api =
        retrofit(provider.baseUrl())
            .callFactory(
                request -> {
                  throw new IllegalArgumentException("no such request");
                })
            .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
            .build()
            .create(RetrofitApi.Calls.class);
    Answer answer = enqueue(api.method());
    assertThatThrownBy(answer::get).cause().hasMessage("no such request");
    assertThat(Throttles.none()).isTrue();
  }

  @Test
  void one_factory_that_is_added_twice_charges_once() {
    ThrottleCallAdapterFactory factory = ThrottleCallAdapterFactory.create();
    RetrofitApi.Calls api =
        retrofit(provider.baseUrl())
            .addCallAdapterFactory(factory)
            .build()
            .newBuilder()
            .addCallAdapterFactory(factory)
            .build()
            .create(RetrofitApi.Calls.class);
    enqueue(api.method()).join();
    assertThat(provider.count()).isEqualTo(1);
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  // ---- what OkHttp sends beyond the first request

  private RetrofitApi.Calls apiWithInterceptor(ThrottleInterceptor interceptor) {
    OkHttpClient client = new OkHttpClient.Builder().addNetworkInterceptor(interceptor).build();
    return retrofit(provider.baseUrl())
        .client(client)
        .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
        .build()
        .create(RetrofitApi.Calls.class);
  }

  @Test
  void a_redirect_pays_for_the_method_again_where_an_interceptor_sees_it() {
    providerAnswers(ProviderAnswer.of(302, "").header("Location", provider.baseUrl() + "/there"));
    Answer answer = enqueue(apiWithInterceptor(ThrottleInterceptor.ofMethods()).method());
    awaitWaiting(1);
    assertThat(provider.count()).isEqualTo(1);
    providerAnswers(ProviderAnswer.of(200, "there"));
    time.advance(Duration.ofSeconds(2));
    awaitDone(answer);
    answer.join();
    assertThat(provider.count()).isEqualTo(2);
    assertThat(bucket().inUse()).isEqualTo(1);
  }

  @Test
  void the_rules_of_an_interceptor_charge_what_the_method_does_not() {
    Buckets buckets = Throttling.buckets();
    Bucket host = buckets.define("host", Limit.of(9, Duration.ofSeconds(1)));
    buckets.define("api/method", Limit.of(1, Duration.ofSeconds(1)));
    UriRules rules = UriRules.of(buckets).when("*:*/**").pass("host", "api/method");
    RetrofitApi.Calls api = apiWithInterceptor(ThrottleInterceptor.of(rules));
    enqueue(api.method()).join();
    assertThat(bucket().inUse()).isEqualTo(1);
    assertThat(host.inUse()).isEqualTo(1);
  }

  // ---- woven call sites

  @SuppressWarnings("unchecked") // as the method is declared
  private static Call<ResponseBody> callSite(RetrofitApi.Calls api) throws Exception {
    MethodPlan plan =
        MethodPlan.of(RetrofitApi.Calls.class, RetrofitApi.Calls.class.getMethod("method"));
    assertThat(plan.isPlain()).isFalse();
    return (Call<ResponseBody>) plan.invokeCallSite(api::method);
  }

  @Test
  void a_call_site_without_a_hook_behind_it_pays_on_execution() throws Exception {
    RetrofitApi.Calls api = retrofit(provider.baseUrl()).build().create(RetrofitApi.Calls.class);
    Call<ResponseBody> call = callSite(api);
    assertThat(bucket().inUse()).isZero();
    enqueue(call).join();
    assertThat(bucket().inUse()).isEqualTo(1);
    Call<ResponseBody> clone = call.clone();
    Answer waiting = enqueue(clone);
    awaitWaiting(1);
    clone.cancel();
    awaitDone(waiting);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_call_site_leaves_paying_to_the_hook_also_behind_a_callback_executor() throws Exception {
    RetrofitApi.Calls api =
        retrofit(provider.baseUrl())
            .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
            .callbackExecutor(Runnable::run)
            .build()
            .create(RetrofitApi.Calls.class);
    Call<ResponseBody> call = callSite(api);
    CountDownLatch once = new CountDownLatch(1);
    Answer first = enqueue(call);
    first.whenComplete((body, failure) -> once.countDown());
    first.join();
    assertThat(first.answered.get()).isSameAs(call);
    Answer second = enqueue(call.clone());
    awaitWaiting(1);
    time.advance(Duration.ofSeconds(2));
    second.join();
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void a_future_that_its_call_site_has_paid_for_is_not_charged_again() throws Exception {
    RetrofitApi.Calls api = api();
    MethodPlan plan =
        MethodPlan.of(RetrofitApi.Calls.class, RetrofitApi.Calls.class.getMethod("methodFuture"));
    ((CompletableFuture<?>) plan.invokeCallSite(api::methodFuture)).join();
    CompletableFuture<?> second = (CompletableFuture<?>) plan.invokeCallSite(api::methodFuture);
    assertThat(bucket().waiting()).isEqualTo(1);
    await()
        .until(
            () -> {
              time.advance(Duration.ofSeconds(2));
              return second.isDone();
            });
    second.join();
    assertThat(provider.count()).isEqualTo(2);
  }
}
