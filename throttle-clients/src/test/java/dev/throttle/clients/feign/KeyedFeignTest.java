package dev.throttle.clients.feign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.HookedClient;
import dev.throttle.test.contract.KeyedContract;
import feign.Capability;
import feign.DefaultInvocationHandlerFactory;
import feign.DefaultRetryer;
import feign.Feign;
import feign.FeignException;
import feign.InvocationHandlerFactory;
import feign.RequestInterceptor;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeyedFeignTest extends KeyedContract {

  private KeyedFeignApi.Sync api() {
    return builder().target(KeyedFeignApi.Sync.class, provider.baseUrl());
  }

  private static Feign.Builder builder() {
    return Feign.builder()
        .retryer(new DefaultRetryer(1, 1, 3))
        .addCapability(new ThrottleCapability());
  }

  @Override
  protected CompletableFuture<?> orders(String tenant, int page) {
    KeyedFeignApi.Sync api = api();
    return HookedClient.onThread(() -> api.orders(page, tenant));
  }

  @Override
  protected CompletableFuture<?> weighing(long weight) {
    KeyedFeignApi.Sync api = api();
    return HookedClient.onThread(() -> api.weighing(weight));
  }

  @Override
  protected CompletableFuture<?> few(String tenant) {
    KeyedFeignApi.Sync api = api();
    return HookedClient.onThread(() -> api.few(tenant));
  }

  @Test
  void each_of_feigns_own_retries_takes_a_permit_of_the_calls_key() {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    assertThatThrownBy(() -> api().orders(1, "a")).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertInUse("a", 3);
  }

  @Test
  void a_call_that_its_call_site_has_paid_for_is_not_charged_again_but_its_retries_are()
      throws Exception {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    KeyedFeignApi.Sync api = api();
    MethodPlan plan = plan(KeyedFeignApi.Sync.class, "orders");
    Callable<String> call = () -> api.orders(1, "a");
    assertThatThrownBy(() -> plan.invokeCallSite(new Object[] {1, "a"}, call))
        .isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertInUse("a", 3);
  }

  static MethodPlan plan(Class<?> api, String name) throws NoSuchMethodException {
    return Objects.requireNonNull(MethodPlan.of(api, api.getMethod(name, int.class, String.class)));
  }

  @Test
  void a_call_within_a_call_has_its_own_key() {
    KeyedFeignApi.Sync inner = api();
    RequestInterceptor asking =
        template -> {
          if (template.headers().get("X-Tenant").contains("outer")) {
            inner.orders(2, "inner");
          }
        };
    KeyedFeignApi.Sync outer =
        builder().requestInterceptor(asking).target(KeyedFeignApi.Sync.class, provider.baseUrl());
    outer.orders(1, "outer");
    assertInUse("outer", 1);
    assertInUse("inner", 1);
  }

  @Test
  void a_hook_that_is_installed_twice_charges_once() {
    KeyedFeignApi.Sync api =
        builder()
            .addCapability(new ThrottleCapability())
            .target(KeyedFeignApi.Sync.class, provider.baseUrl());
    api.orders(1, "a");
    assertInUse("a", 1);
  }

  /** A capability that makes its handlers itself, whatever others want. */
  public static final class Forgetful implements Capability {
    @Override
    public InvocationHandlerFactory enrich(InvocationHandlerFactory factory) {
      return new DefaultInvocationHandlerFactory();
    }
  }

  @Test
  void where_the_arguments_are_not_known_nothing_is_charged_or_sent() {
    KeyedFeignApi.Sync api =
        builder()
            .addCapability(new Forgetful())
            .target(KeyedFeignApi.Sync.class, provider.baseUrl());
    assertThatThrownBy(() -> api.orders(1, "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Sync.orders(int, String) takes a key or its cost from its arguments, which are not"
                + " known where its request is sent. Install this hook after all others, and send"
                + " the request in the thread that makes the call.");
    assertThat(provider.count()).isZero();
  }
}
