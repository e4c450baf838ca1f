package dev.throttle.clients.feign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import feign.Capability;
import feign.Client;
import feign.DefaultRetryer;
import feign.Feign;
import feign.FeignException;
import feign.Request;
import feign.Retryer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FeignTest extends HookContract {

  @Override
  protected HookedClient client(String baseUrl, int timesInstalled) {
    FeignApi.Sync api = builder(timesInstalled).target(FeignApi.Sync.class, baseUrl);
    FeignApi.SyncType type = builder(timesInstalled).target(FeignApi.SyncType.class, baseUrl);
    return new HookedClient() {
      @Override
      public CompletableFuture<?> send(Endpoint endpoint) {
        return HookedClient.onThread(
            switch (endpoint) {
              case METHOD -> api::method;
              case TYPE -> type::type;
              case INHERITED -> api::inherited;
              case META -> api::meta;
            });
      }

      @Override
      public CompletableFuture<?> sendReflectively() {
        return HookedClient.onThread(() -> FeignApi.Sync.class.getMethod("method").invoke(api));
      }

      @Override
      public CompletableFuture<?> sendUnlessBusy() {
        return HookedClient.onThread(api::unlessBusy);
      }

      @Override
      public CompletableFuture<?> sendUnthrottled() {
        return HookedClient.onThread(api::unannotated);
      }
    };
  }

  private static Feign.Builder builder(int timesInstalled) {
    Feign.Builder builder = Feign.builder().retryer(Retryer.NEVER_RETRY).options(twoSeconds());
    for (int i = 0; i < timesInstalled; i++) {
      builder.addCapability(new ThrottleCapability()).addCapability(new Wrapping());
    }
    return builder;
  }

  static Request.Options twoSeconds() {
    return new Request.Options(2, TimeUnit.SECONDS, 2, TimeUnit.SECONDS, true);
  }

  @Override
  protected boolean blocks() {
    return true;
  }

  @Override
  protected boolean cancelsRequests() {
    return false;
  }

  /** Another capability between two of ours, which hides one from the other. */
  public static final class Wrapping implements Capability {
    @Override
    public Client enrich(Client client) {
      return (request, options) -> client.execute(request, options);
    }
  }

  private FeignApi.Sync retrying() {
    return Feign.builder()
        .retryer(new DefaultRetryer(1, 1, 3))
        .addCapability(new ThrottleCapability())
        .target(FeignApi.Sync.class, provider.baseUrl());
  }

  @Test
  void each_of_feigns_own_retries_takes_a_permit() {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    assertThatThrownBy(() -> retrying().five()).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api/five").inUse()).isEqualTo(3);
  }

  @Test
  void a_refusal_is_neither_wrapped_nor_retried() {
    FeignApi.Sync api = retrying();
    api.method();
    assertThatThrownBy(api::unlessBusy).isInstanceOf(ThrottledException.class);
    assertThat(provider.count()).isEqualTo(1);
  }

  @Test
  void an_interrupted_wait_is_a_refusal_and_keeps_the_flag() {
    FeignApi.Sync api = retrying();
    api.method();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(api::method)
          .isInstanceOfSatisfying(
              ThrottledException.class,
              e -> assertThat(e.reason()).isEqualTo(ThrottledException.Reason.INTERRUPTED));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void an_error_of_the_client_completes_the_permit() {
    FeignApi.Sync api =
        Feign.builder()
            .client(
                (request, options) -> {
                  throw new StackOverflowError("in the client");
                })
            .addCapability(new ThrottleCapability())
            .target(FeignApi.Sync.class, provider.baseUrl());
    assertThatThrownBy(api::method).isInstanceOf(StackOverflowError.class);
    awaitNothingInUse();
  }

  @Test
  void a_call_that_its_call_site_has_paid_for_is_not_charged_again_but_its_retries_are()
      throws NoSuchMethodException {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    FeignApi.Sync api = retrying();
    MethodPlan plan = MethodPlan.of(FeignApi.Sync.class, FeignApi.Sync.class.getMethod("five"));
    long stamp = plan.throttle().begin();
    plan.handOver(plan.throttle(), stamp);
    try {
      assertThatThrownBy(api::five).isInstanceOf(FeignException.class);
    } finally {
      plan.takeBack();
    }
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api/five").inUse()).isEqualTo(3);
    time.advance(Duration.ofSeconds(2));
    assertThat(Throttling.buckets().bucket("api/five").inUse()).isZero();
  }

  @Test
  @Timeout(20)
  void a_retry_behind_a_call_site_does_not_wait_for_the_permit_of_its_own_call() throws Exception {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    FeignApi.Sync api = retrying();
    MethodPlan plan = MethodPlan.of(FeignApi.Sync.class, FeignApi.Sync.class.getMethod("one"));
    assertThatThrownBy(() -> plan.invokeCallSite(api::one)).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api/one").inUse()).isZero();
  }
}
