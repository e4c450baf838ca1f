package dev.throttle.clients.feign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import feign.AsyncClient;
import feign.AsyncFeign;
import feign.Capability;
import feign.DefaultAsyncClient;
import feign.DefaultClient;
import feign.DefaultRetryer;
import feign.FeignException;
import feign.Request;
import feign.Response;
import feign.Retryer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AsyncFeignTest extends HookContract {

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    FeignApi.Async api = builder(timesInstalled).target(FeignApi.Async.class, baseUrl);
    FeignApi.AsyncType type = builder(timesInstalled).target(FeignApi.AsyncType.class, baseUrl);
    return new HookedClient() {
      @Override
      public CompletableFuture<?> send(Endpoint endpoint) {
        return switch (endpoint) {
          case METHOD -> api.method();
          case TYPE -> type.type();
          case INHERITED -> api.inherited();
          case META -> api.meta();
        };
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        return (CompletableFuture<?>) FeignApi.Async.class.getMethod("method").invoke(api);
      }

      @Override
      public CompletableFuture<?> sendUnlessBusy() {
        return api.unlessBusy();
      }

      @Override
      public CompletableFuture<?> sendUnthrottled() {
        return api.unannotated();
      }
    };
  }

  private static AsyncFeign.AsyncBuilder<Object> builder(int timesInstalled) {
    AsyncFeign.AsyncBuilder<Object> builder =
        AsyncFeign.builder().retryer(Retryer.NEVER_RETRY).options(FeignTest.twoSeconds());
    for (int i = 0; i < timesInstalled; i++) {
      builder.addCapability(new ThrottleCapability()).addCapability(new Wrapping());
    }
    return builder;
  }

  @Override
  protected boolean blocks() {
    return false;
  }

  @Override
  protected boolean cancelsRequests() {
    return true;
  }

  /** Another capability between two of ours, which hides one from the other. */
  public static final class Wrapping implements Capability {
    @Override
    public AsyncClient<Object> enrich(AsyncClient<Object> client) {
      return (request, options, context) -> client.execute(request, options, context);
    }
  }

  private FeignApi.Async retrying() {
    return AsyncFeign.builder()
        .retryer(new DefaultRetryer(1, 1, 3))
        .addCapability(new ThrottleCapability())
        .target(FeignApi.Async.class, provider.baseUrl());
  }

  @Test
  void each_of_feigns_own_retries_takes_a_permit() {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    assertThatThrownBy(() -> retrying().five().get()).hasCauseInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api/five").inUse()).isEqualTo(3);
  }

  @Test
  @Timeout(20)
  void a_retry_behind_a_call_site_does_not_wait_for_the_permit_of_its_own_call() throws Exception {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    FeignApi.Async api = retrying();
    MethodPlan plan = MethodPlan.of(FeignApi.Async.class, FeignApi.Async.class.getMethod("one"));
    CompletableFuture<?> call = (CompletableFuture<?>) plan.invokeCallSite(api::one);
    assertThatThrownBy(call::get).hasCauseInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api/one").inUse()).isZero();
  }

  @Test
  void cancelling_a_call_whose_retry_waits_sends_no_more() {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    CompletableFuture<String> call = retrying().method();
    awaitWaiting(1);
    call.cancel(true);
    awaitWaiting(0);
    awaitNothingInUse();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_future_that_is_completed_from_outside_ends_the_wait() {
    FeignApi.Async api = retrying();
    api.method().join();
    CompletableFuture<String> unwanted = api.method();
    awaitWaiting(1);
    unwanted.complete("a default");
    awaitWaiting(0);
    awaitNothingInUse();
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_future_that_is_completed_from_outside_leaves_a_request_that_was_sent_alone() {
    AtomicBoolean cancelled = new AtomicBoolean();
    CompletableFuture<Response> response = new CompletableFuture<>();
    response.whenComplete((value, failure) -> cancelled.set(response.isCancelled()));
    FeignApi.Async api = withClient((request, options, context) -> response);
    CompletableFuture<String> call = api.method();
    call.complete("a default");
    assertThat(response).isNotDone();
    time.advance(Duration.ofSeconds(5));
    assertThat(bucket().inUse()).isEqualTo(1);
    response.completeExceptionally(new IllegalStateException("at last"));
    assertThat(cancelled).isFalse();
    awaitNothingInUse();
  }

  @Test
  void a_response_that_comes_after_the_call_was_cancelled_is_closed() {
    AtomicBoolean closed = new AtomicBoolean();
    CompletableFuture<Response> uncancellable =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FeignApi.Async api = withClient((request, options, context) -> uncancellable);
    api.method().cancel(true);
    uncancellable.complete(
        Response.builder()
            .status(200)
            .headers(Map.of())
            .request(
                Request.create(
                    Request.HttpMethod.GET,
                    "http://late",
                    Map.of(),
                    null,
                    StandardCharsets.UTF_8,
                    null))
            .body(
                new java.io.ByteArrayInputStream(new byte[0]) {
                  @Override
                  public void close() {
                    closed.set(true);
                  }
                },
                0)
            .build());
    assertThat(closed).isTrue();
    awaitNothingInUse();
  }

  private FeignApi.Async withClient(AsyncClient<Object> client) {
    return AsyncFeign.builder()
        .client(client)
        .addCapability(new ThrottleCapability())
        .target(FeignApi.Async.class, provider.baseUrl());
  }

  @Test
  void a_plain_method_of_an_async_client_is_throttled_too() {
    FeignApi.Async api = retrying();
    api.five().join();
    assertThat(api.plainFive()).isEqualTo("ok");
    assertThat(Throttling.buckets().bucket("api/five").inUse()).isEqualTo(2);
  }

  @Test
  void a_refusal_is_not_retried() {
    FeignApi.Async api = retrying();
    api.method().join();
    assertThatThrownBy(() -> api.unlessBusy().get()).hasCauseInstanceOf(ThrottledException.class);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void a_client_of_ones_own_is_used() {
    ExecutorService executor = Executors.newCachedThreadPool(task -> new Thread(task, "my-client"));
    try {
      String[] thread = new String[1];
      FeignApi.Async api =
          withClient(
              new DefaultAsyncClient<>(
                  (request, options) -> {
                    thread[0] = Thread.currentThread().getName();
                    return new DefaultClient(null, null).execute(request, options);
                  },
                  executor));
      api.method().join();
      assertThat(thread[0]).isEqualTo("my-client");
      assertThat(bucket().inUse()).isEqualTo(1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void addTo_builder_with_executor_service_keeps_it() {
    AtomicBoolean used = new AtomicBoolean();
    ExecutorService executor =
        Executors.newCachedThreadPool(
            task -> {
              used.set(true);
              return new Thread(task);
            });
    try {
      AsyncFeign.AsyncBuilder<Object> builder = AsyncFeign.builder().executorService(executor);
      ThrottleCapability.addTo(builder);
      builder.target(FeignApi.Async.class, provider.baseUrl()).method().join();
      assertThat(used).isTrue();
      assertThat(bucket().inUse()).isEqualTo(1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void a_call_that_its_call_site_has_paid_for_is_not_charged_again() throws Exception {
    FeignApi.Async api = retrying();
    MethodPlan plan = MethodPlan.of(FeignApi.Async.class, FeignApi.Async.class.getMethod("method"));
    CompletableFuture<?> first = (CompletableFuture<?>) plan.invokeCallSite(api::method);
    first.join();
    CompletableFuture<?> second = (CompletableFuture<?>) plan.invokeCallSite(api::method);
    assertThat(bucket().waiting()).isEqualTo(1);
    await()
        .until(
            () -> {
              time.advance(Duration.ofSeconds(2));
              return second.isDone();
            });
    assertThat(provider.count()).isEqualTo(2);
  }
}
