package dev.throttle.clients.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.throttle.annotation.Throttle;
import dev.throttle.clients.feign.ThrottleCapability;
import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.ThrottledException;
import dev.throttle.core.Throttling;
import dev.throttle.test.ProviderAnswer;
import dev.throttle.test.RateLimitedProvider;
import dev.throttle.test.VirtualTime;
import dev.throttle.test.contract.HookedClient;
import feign.AsyncFeign;
import feign.Feign;
import feign.FeignException;
import feign.RequestLine;
import feign.Retryer;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retry outside, throttle inside. */
class AttemptsTest {

  interface Api {
    @Throttle(value = "api", limit = 3, period = "PT1S")
    @RequestLine("GET /quote")
    String quote();

    @Throttle(value = "api", maxWait = "PT0S")
    @RequestLine("GET /quote")
    String quoteUnlessBusy();
  }

  interface AsyncApi {
    @Throttle(value = "api", limit = 3, period = "PT1S")
    @RequestLine("GET /quote")
    CompletableFuture<String> quote();
  }

  private final VirtualTime time = new VirtualTime();
  private volatile ProviderAnswer answer = ProviderAnswer.of(503, "{}");
  private final RateLimitedProvider provider =
      RateLimitedProvider.builder().answer("/", request -> answer).start();
  private final Retry retry =
      Retry.of(
          "quotes",
          Refusals.notRetried(
              RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(1)).build()));
  private Buckets before;
  private Api api;

  @BeforeEach
  void start() {
    before = Throttling.use(Buckets.builder().timeSource(time).build());
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

  @Test
  void each_attempt_of_an_asynchronous_call_takes_a_permit() {
    AsyncApi async = async();
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      CompletableFuture<String> quote =
          retry.executeCompletionStage(scheduler, async::quote).toCompletableFuture();
      await().until(quote::isDone);
      assertThat(quote).isCompletedExceptionally();
      assertThat(provider.count()).isEqualTo(3);
      assertThat(bucket().inUse()).isEqualTo(3);
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  void a_retry_is_not_sent_before_the_provider_may_be_asked_again() {
    answer = ProviderAnswer.of(503, "{}").header("Retry-After", "5");
    CompletableFuture<Object> quote =
        HookedClient.onThread(() -> retry.executeCallable(api::quote));
    await().until(() -> provider.count() == 1 && bucket().waiting() == 1);
    answer = ProviderAnswer.of(200, "17");
    time.advance(Duration.ofMillis(4_999));
    assertThat(bucket().waiting()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    await().until(quote::isDone);
    assertThat(quote).isCompletedWithValue("17");
    assertThat(provider.count()).isEqualTo(2);
  }

  @Test
  void an_open_breaker_costs_no_permit_and_refusals_do_not_open_it() {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "quotes",
            Refusals.notRecorded(CircuitBreakerConfig.custom().minimumNumberOfCalls(3).build()));
    assertThatThrownBy(() -> breaker.executeCallable(api::quote))
        .isInstanceOf(FeignException.class);
    Throttling.buckets().throttle("api").withCost(2).acquire().complete();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> breaker.executeCallable(api::quoteUnlessBusy))
          .isInstanceOf(ThrottledException.class);
    }
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(1);
    time.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> breaker.executeCallable(api::quote))
          .isInstanceOf(FeignException.class);
    }
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThatThrownBy(() -> breaker.executeCallable(api::quote))
        .isInstanceOf(CallNotPermittedException.class);
    assertThat(bucket().inUse()).isEqualTo(2);
  }

  @Test
  void a_time_limit_around_a_future_ends_its_wait() {
    AsyncApi async = async();
    Throttling.buckets().define("api", Limit.of(3, Duration.ofSeconds(1)));
    Throttling.buckets().throttle("api").withCost(3).acquire().complete();
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      CompletableFuture<String> quote =
          TimeLimiter.of(Duration.ofMillis(50))
              .executeCompletionStage(scheduler, async::quote)
              .toCompletableFuture();
      await().until(quote::isDone);
      await().until(() -> bucket().waiting() == 0);
      time.advance(Duration.ofSeconds(2));
      assertThat(bucket().inUse()).isZero();
      assertThat(provider.count()).isZero();
    } finally {
      scheduler.shutdownNow();
    }
  }

  private AsyncApi async() {
    return AsyncFeign.builder()
        .addCapability(new ThrottleCapability())
        .target(AsyncApi.class, provider.baseUrl());
  }

  private static Bucket bucket() {
    return Throttling.buckets().bucket("api");
  }
}
