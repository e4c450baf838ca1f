package dev.throttle.clients.feign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.contract.KeyedContract;
import feign.AsyncFeign;
import feign.DefaultRetryer;
import feign.FeignException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeyedAsyncFeignTest extends KeyedContract {

  private KeyedFeignApi.Async api() {
    return AsyncFeign.builder()
        .retryer(new DefaultRetryer(1, 1, 3))
        .addCapability(new ThrottleCapability())
        .target(KeyedFeignApi.Async.class, provider.baseUrl());
  }

  @Override
  protected CompletableFuture<?> orders(String tenant, int page) {
    return api().orders(page, tenant);
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
  void each_of_feigns_own_retries_takes_a_permit_of_the_calls_key() {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    assertThatThrownBy(() -> api().orders(1, "a").get()).hasCauseInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertInUse("a", 3);
  }

  @Test
  void so_does_each_retry_of_a_plain_method() {
    awaitAll(List.of(api().orders(1, "a")));
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    assertThatThrownBy(() -> api().plainOrders(1, "b")).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(4);
    assertInUse("b", 3);
  }

  @Test
  @Timeout(20)
  void a_call_that_its_call_site_has_paid_for_is_not_charged_again_but_its_retries_are()
      throws Exception {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    KeyedFeignApi.Async api = api();
    MethodPlan plan = KeyedFeignTest.plan(KeyedFeignApi.Async.class, "orders");
    CompletableFuture<?> call =
        (CompletableFuture<?>) plan.invokeCallSite(new Object[] {1, "a"}, () -> api.orders(1, "a"));
    assertThatThrownBy(call::get).hasCauseInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertInUse("a", 3);
  }

  @Test
  @Timeout(20)
  void the_retries_of_a_plain_call_behind_its_call_site_pay_too() throws Exception {
    providerAnswers(ProviderAnswer.of(503, "{}").header("Retry-After", "0"));
    KeyedFeignApi.Async api = api();
    MethodPlan plan = KeyedFeignTest.plan(KeyedFeignApi.Async.class, "plainOrders");
    assertThatThrownBy(
            () -> plan.invokeCallSite(new Object[] {1, "a"}, () -> api.plainOrders(1, "a")))
        .isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertInUse("a", 3);
  }
}
