package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import io.github.resilience4j.bulkhead.annotation.Bulkhead;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.retry.annotation.Retry;
import io.github.resilience4j.timelimiter.annotation.TimeLimiter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.AopTestUtils;
import reactor.core.publisher.Mono;

/**
 * Each attempt pays one permit; a refusal is no failure of the provider.
 *
 * <pre>{@code
 * Retry ( CircuitBreaker ( Throttle ( TimeLimiter ( Bulkhead ( call ) ) ) ) )
 * }</pre>
 */
class Resilience4jTest {

  static class Prices {

    final AtomicInteger sent = new AtomicInteger();

    private String fail() {
      sent.incrementAndGet();
      throw new IllegalStateException("the provider failed");
    }

    @Retry(name = "prices")
    @io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker(name = "prices")
    @Throttle(value = "sync", limit = 100, period = "PT1H")
    @Bulkhead(name = "prices")
    String quote() {
      return fail();
    }

    @Retry(name = "prices")
    @io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker(name = "prices")
    @Throttle(value = "stage", limit = 100, period = "PT1H")
    @TimeLimiter(name = "prices")
    CompletableFuture<String> quoteLater() {
      return CompletableFuture.supplyAsync(this::fail);
    }

    @Retry(name = "prices")
    @io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker(name = "prices")
    @Throttle(value = "mono", limit = 100, period = "PT1H")
    Mono<String> quoteMono() {
      return Mono.fromSupplier(this::fail);
    }

    @Retry(name = "unnamed")
    @io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker(name = "unnamed")
    @Throttle(value = "refusing", limit = 1, period = "PT1H", maxWait = "PT0S")
    String quoteOnce() {
      sent.incrementAndGet();
      return "once";
    }

    @Retry(name = "choosy")
    @Throttle(value = "choosy", limit = 100, period = "PT1H")
    void choosy(RuntimeException failure) {
      sent.incrementAndGet();
      throw failure;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Prices prices() {
      return new Prices();
    }
  }

  private static RunningApplication application;

  private Prices prices;
  private Buckets buckets;

  @BeforeAll
  static void start() {
    application =
        new RunningApplication(
            Application.class,
            WebApplicationType.NONE,
            "resilience4j.retry.instances.prices.max-attempts=3",
            "resilience4j.retry.instances.prices.wait-duration=1ms",
            "resilience4j.retry.instances.choosy.wait-duration=1ms",
            "resilience4j.retry.instances.choosy.ignore-exceptions="
                + UnsupportedOperationException.class.getName(),
            "resilience4j.circuitbreaker.instances.prices.minimum-number-of-calls=50");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void find() {
    prices = application.bean(Prices.class);
    buckets = application.bean(Buckets.class);
    target().sent.set(0);
  }

  private int inUse(String bucket) {
    return buckets.bucket(bucket).inUse();
  }

  /** The bean behind the proxy. */
  private Prices target() {
    return AopTestUtils.getTargetObject(prices);
  }

  private int sent() {
    return target().sent.get();
  }

  @Test
  void each_attempt_of_a_blocking_call_pays() {
    assertThatThrownBy(() -> prices.quote()).isInstanceOf(IllegalStateException.class);
    assertThat(sent()).isEqualTo(3);
    assertThat(inUse("sync")).isEqualTo(3);
  }

  @Test
  void each_attempt_of_a_stage_pays() {
    CompletableFuture<String> quote = prices.quoteLater();
    assertThatThrownBy(quote::join).isInstanceOf(CompletionException.class);
    assertThat(sent()).isEqualTo(3);
    assertThat(inUse("stage")).isEqualTo(3);
  }

  @Test
  void each_attempt_of_a_mono_pays() {
    assertThatThrownBy(() -> prices.quoteMono().block()).isInstanceOf(IllegalStateException.class);
    assertThat(sent()).isEqualTo(3);
    assertThat(inUse("mono")).isEqualTo(3);
  }

  @Test
  void an_open_breaker_costs_no_permit() {
    int before = inUse("sync");
    CircuitBreaker breaker =
        application.bean(CircuitBreakerRegistry.class).circuitBreaker("prices");
    breaker.transitionToOpenState();
    assertThatThrownBy(() -> prices.quote()).isInstanceOf(CallNotPermittedException.class);
    breaker.transitionToClosedState();
    assertThat(inUse("sync")).isEqualTo(before);
  }

  @Test
  void a_refusal_is_neither_retried_nor_recorded() {
    assertThat(prices.quoteOnce()).isEqualTo("once");
    assertThatThrownBy(() -> prices.quoteOnce()).isInstanceOf(ThrottledException.class);
    assertThat(sent()).isEqualTo(1);
    var retry = application.bean(RetryRegistry.class).retry("unnamed").getMetrics();
    assertThat(retry.getNumberOfFailedCallsWithRetryAttempt()).isZero();
    assertThat(retry.getNumberOfFailedCallsWithoutRetryAttempt()).isEqualTo(1);
    var breaker =
        application.bean(CircuitBreakerRegistry.class).circuitBreaker("unnamed").getMetrics();
    assertThat(breaker.getNumberOfFailedCalls()).isZero();
    assertThat(breaker.getNumberOfSuccessfulCalls()).isEqualTo(1);
  }

  @Test
  void what_the_properties_say_of_exceptions_stays() {
    assertThatThrownBy(() -> prices.choosy(new UnsupportedOperationException()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(sent()).isEqualTo(1);
    assertThatThrownBy(() -> prices.choosy(new IllegalStateException()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(sent()).isEqualTo(1 + 3);
  }
}
