package dev.throttle.clients.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RefusalsTest {

  private final ThrottledException refusal = refusal();

  private static ThrottledException refusal() {
    Throttle throttle = throttle();
    throttle.acquire();
    try {
      throttle.acquire();
    } catch (ThrottledException refusal) {
      return refusal;
    }
    throw new AssertionError("it should have been refused");
  }

  private static Throttle throttle() {
    Buckets buckets = Buckets.create();
    buckets.define("api", Limit.of(1, Duration.ofHours(1)));
    return buckets.throttle("api").withMaxWait(Duration.ZERO);
  }

  @Test
  void a_refusal_is_known_also_as_a_cause() {
    assertThat(Refusals.isRefusal(refusal)).isTrue();
    assertThat(Refusals.isRefusal(new CompletionException(new IOException(refusal)))).isTrue();
    assertThat(Refusals.isRefusal(new IOException())).isFalse();
    assertThat(Refusals.isRefusal(null)).isFalse();
  }

  @Test
  void the_example_of_the_javadoc() {
    Retry retry = Retry.of("users", Refusals.notRetried(RetryConfig.ofDefaults()));
    CircuitBreaker breaker =
        CircuitBreaker.of("users", Refusals.notRecorded(CircuitBreakerConfig.ofDefaults()));
    assertThatThrownBy(
            () ->
                retry.executeCallable(
                    breaker.decorateCallable(
                        () -> {
                          throw refusal;
                        })))
        .isSameAs(refusal);
    assertThat(retry.getMetrics().getNumberOfFailedCallsWithoutRetryAttempt()).isEqualTo(1);
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void causes_that_go_round_in_circles_come_to_an_end() {
    IOException one = new IOException();
    IOException other = new IOException(one);
    one.initCause(other);
    assertThat(Refusals.isRefusal(one)).isFalse();
    assertThat(Refusals.isRefusal(new IOException(new IOException(one)))).isFalse();
  }

  @Test
  void what_is_retried_otherwise_stays_so() {
    RetryConfig config =
        Refusals.notRetried(
            RetryConfig.custom()
                .maxAttempts(7)
                .retryExceptions(RuntimeException.class, IOException.class)
                .ignoreExceptions(IllegalStateException.class)
                .retryOnException(failure -> failure instanceof TimeoutException)
                .build());
    assertThat(config.getMaxAttempts()).isEqualTo(7);
    assertThat(config.getExceptionPredicate())
        .accepts(new IllegalArgumentException(), new IOException(), new TimeoutException())
        .rejects(refusal, new IOException(refusal), new IllegalStateException(), new Exception());
    assertThat(Refusals.notRetried(RetryConfig.ofDefaults()).getExceptionPredicate())
        .accepts(new Exception())
        .rejects(new CompletionException(refusal));
  }

  @Test
  void the_wait_between_attempts_stays_what_it_was() {
    RetryConfig config =
        Refusals.notRetried(
            RetryConfig.custom().intervalFunction(attempt -> 10L * attempt).build());
    assertThat(config.getIntervalBiFunction().apply(3, null)).isEqualTo(30);
  }

  @Test
  void a_breaker_ignores_refusals_and_what_it_ignored_before() {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "api",
            Refusals.notRecorded(
                CircuitBreakerConfig.custom()
                    .minimumNumberOfCalls(2)
                    .ignoreExceptions(IllegalStateException.class)
                    .build()));
    for (int i = 0; i < 5; i++) {
      breaker.onError(1, TimeUnit.NANOSECONDS, new IOException(refusal));
      breaker.onError(1, TimeUnit.NANOSECONDS, new IllegalStateException());
    }
    assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
    breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
    breaker.onError(1, TimeUnit.NANOSECONDS, new IOException());
    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
  }
}
