package dev.throttle.clients.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import feign.Feign;
import feign.RequestLine;
import feign.Retryer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.feign.FeignDecorators;
import io.github.resilience4j.feign.Resilience4jFeign;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside the capability of Resilience4j, whichever of the two is added first. */
class Resilience4jFeignTest {

  interface Api {
    @Throttle(value = "api", limit = 100, period = "PT1H")
    @RequestLine("GET /quote")
    String quote();

    @Throttle(value = "once", limit = 1, period = "PT1H", maxWait = "PT0S")
    @RequestLine("GET /once")
    String once();
  }

  private final RateLimitedProvider provider =
      RateLimitedProvider.builder()
          .answer(
              "/quote",
              ProviderAnswer.of(503, "{}"),
              ProviderAnswer.of(503, "{}"),
              ProviderAnswer.of(200, "3"))
          .start();
  private final Retry retry =
      Retry.of(
          "api",
          Refusals.notRetried(RetryConfig.custom().waitDuration(Duration.ofMillis(1)).build()));
  private final CircuitBreaker breaker =
      CircuitBreaker.of("api", Refusals.notRecorded(CircuitBreakerConfig.ofDefaults()));
  private Buckets before;

  @BeforeEach
  void use() {
    before = Throttling.use(Buckets.create());
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  private Api api(boolean oursFirst) {
    Resilience4jFeign.Capability theirs =
        Resilience4jFeign.capability(
            FeignDecorators.builder().withCircuitBreaker(breaker).withRetry(retry).build());
    ThrottleCapability ours = new ThrottleCapability();
    return Feign.builder()
        .retryer(Retryer.NEVER_RETRY)
        .addCapability(oursFirst ? ours : theirs)
        .addCapability(oursFirst ? theirs : ours)
        .target(Api.class, provider.baseUrl());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void each_attempt_pays(boolean oursFirst) {
    assertThat(api(oursFirst).quote()).isEqualTo("3");
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api").inUse()).isEqualTo(3);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_refusal_is_neither_retried_nor_recorded(boolean oursFirst) {
    Api api = api(oursFirst);
    api.once();
    assertThatThrownBy(api::once).isInstanceOf(ThrottledException.class);
    assertThat(provider.count()).isEqualTo(1);
    assertThat(retry.getMetrics().getNumberOfFailedCallsWithRetryAttempt()).isZero();
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
  }
}
