package dev.throttle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.plan.MethodPlan;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopApiTest {

  private static final Limit EVERYTHING = Limit.of(Shop.LIMIT, Shop.PERIOD);

  @ParameterizedTest
  @ValueSource(
      classes = {FeignShop.class, AsyncFeignShop.class, RetrofitShop.class, FutureShop.class})
  void everyClient_passesTheLimitOverEverything_thenTheEndpointsOwn(Class<?> api) {
    Map<String, List<Limit>> limits =
        Map.of(
            "product", List.of(EVERYTHING, Limit.of(60, Duration.ofSeconds(1))),
            "order", List.of(EVERYTHING, Limit.of(80, Duration.ofSeconds(1))),
            "stock", List.of(EVERYTHING));

    assertThat(api.getDeclaredMethods())
        .hasSize(3)
        .allSatisfy(
            method -> assertThat(limits(api, method)).isEqualTo(limits.get(method.getName())));
  }

  private static List<Limit> limits(Class<?> api, Method method) {
    MethodPlan plan = Objects.requireNonNull(MethodPlan.of(api, method));
    return plan.throttle().buckets().stream().map(Bucket::limit).toList();
  }
}
