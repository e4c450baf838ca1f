package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import feign.Feign;
import feign.FeignException;
import feign.RequestLine;
import feign.Retryer;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retry outside, throttle inside. */
class Resilience4jTest {

  interface Api {
    @Throttle(value = "api", limit = 3, period = "PT1S")
    @RequestLine("GET /quote")
    String quote();

    @Throttle(value = "api", maxWait = "PT0S")
    @RequestLine("GET /quote")
    String quoteUnlessBusy();
  }

  private final RateLimitedProvider provider =
      RateLimitedProvider.builder().answer("/", ProviderAnswer.of(503, "{}")).start();
  private final Retry retry =
      Retry.of(
          "quotes",
          RetryConfig.custom()
              .maxAttempts(3)
              .waitDuration(Duration.ofMillis(1))
              .ignoreExceptions(ThrottledException.class)
              .build());
  private Buckets before;
  private Api api;

  @BeforeEach
  void start() {
    before = Throttling.use(Buckets.builder().timeSource(new VirtualTime()).build());
    api =
        Feign.builder()
            .retryer(Retryer.NEVER_RETRY)
            .addCapability(new ThrottleCapability())
            .target(Api.class, provider.baseUrl());
  }

  @AfterEach
  void stop() {
    Throttling.use(before).close();
    provider.close();
  }

  @Test
  void each_attempt_takes_a_permit() {
    assertThatThrownBy(() -> retry.executeCallable(api::quote)).isInstanceOf(FeignException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(Throttling.buckets().bucket("api").inUse()).isEqualTo(3);
  }

  @Test
  void a_refusal_that_is_ignored_is_not_repeated() {
    assertThatThrownBy(() -> retry.executeCallable(api::quote)).isInstanceOf(FeignException.class);
    assertThatThrownBy(() -> retry.executeCallable(api::quoteUnlessBusy))
        .isInstanceOf(ThrottledException.class);
    assertThat(provider.count()).isEqualTo(3);
    assertThat(retry.getMetrics().getNumberOfFailedCallsWithoutRetryAttempt()).isEqualTo(1);
  }
}
