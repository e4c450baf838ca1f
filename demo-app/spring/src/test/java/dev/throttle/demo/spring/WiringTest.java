package dev.throttle.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.demo.Errand;
import dev.throttle.demo.Errand.Endpoint;
import dev.throttle.demo.Half;
import dev.throttle.demo.Shop;
import dev.throttle.test.ProviderAnswer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The application, against a shop that it has for itself. */
class WiringTest {

  private static final int ERRANDS = 500;

  @Test
  void all_clients_together_keep_to_every_limit_and_each_attempt_pays_once() throws Exception {
    try (Shop shop = Shop.open(SpringDemo::unwell);
        RunningDemo demo = new RunningDemo(shop, 0)) {
      Outcome outcome = demo.run(ERRANDS);

      assertThat(outcome.all().refused()).isZero();
      assertThat(outcome.all().failed()).isZero();
      assertThat(outcome.stranger()).isEmpty();
      assertThat(outcome.byClient()).containsOnlyKeys(Kind.values());
      assertThat(outcome.byClient().values())
          .allSatisfy(half -> assertThat(half.calls()).isPositive())
          .extracting(Half::calls)
          .satisfies(
              calls ->
                  assertThat(calls.stream().mapToInt(Integer::intValue).sum())
                      .isEqualTo(shop.calls()));
      assertThat(shop.calls()).isGreaterThan(ERRANDS);
      assertThat(granted(demo, "shop.example")).isEqualTo(shop.calls());
      assertThat(outcome.toString().lines())
          .last()
          .asString()
          .startsWith("429s: 0 of " + shop.calls() + " calls; use ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void each_client_pays_for_both_attempts_in_both_buckets(Kind kind) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (Shop shop =
            Shop.open(
                manners ->
                    manners.answer(
                        "/",
                        request ->
                            asked.incrementAndGet() == 1
                                ? ProviderAnswer.of(503, "later")
                                : ProviderAnswer.of(200, "at last")));
        RunningDemo demo = new RunningDemo(shop, 0)) {
      Errand errand = new Errand(7, Endpoint.ORDERS);

      String answer =
          switch (kind) {
            case FEIGN -> demo.bean(FeignCaller.class).answer(errand);
            case EXCHANGE -> demo.bean(ExchangeCaller.class).answer(errand);
            case WEB_CLIENT -> demo.bean(WebClientCaller.class).answer(errand).block();
          };

      assertThat(answer).isEqualTo("at last");
      assertThat(shop.calls()).isEqualTo(2);
      assertThat(granted(demo, "shop.example")).isEqualTo(2);
      assertThat(granted(demo, "shop.example/orders")).isEqualTo(2);
      assertThat(granted(demo, "shop.example/products")).isZero();
    }
  }

  @Test
  void the_application_has_the_limits_of_the_shop() throws Exception {
    try (Shop shop = Shop.open();
        RunningDemo demo = new RunningDemo(shop, 0)) {
      Buckets buckets = demo.bean(Buckets.class);
      Duration second = Duration.ofSeconds(1);

      assertThat(buckets.bucket("shop.example").limit())
          .isEqualTo(Limit.of(Shop.LIMIT, Shop.PERIOD));
      assertThat(buckets.bucket("shop.example/products").limit()).isEqualTo(Limit.of(60, second));
      assertThat(buckets.bucket("shop.example/orders").limit()).isEqualTo(Limit.of(80, second));
    }
  }

  private static double granted(RunningDemo demo, String bucket) {
    return demo.bean(MeterRegistry.class)
        .get("throttle.granted")
        .tag("bucket", bucket)
        .counter()
        .count();
  }
}
