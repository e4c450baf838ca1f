package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.Buckets;
import dev.throttle.core.ThrottledException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.test.util.AopTestUtils;
import reactor.core.publisher.Mono;

/** Beside what Spring 7 itself has for resilience. */
class RetryableOnBoot4Test {

  @Configuration(proxyBeanMethods = false)
  @EnableResilientMethods
  static class Resilient {}

  static class Prices {

    final AtomicInteger sent = new AtomicInteger();
    final CountDownLatch inside = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);

    @Retryable(maxRetries = 2, delay = 1)
    @Throttle(value = "sync", limit = 100, period = "PT1H")
    String quote() {
      sent.incrementAndGet();
      throw new IllegalStateException("the provider failed");
    }

    @Retryable(maxRetries = 2, delay = 1)
    @Throttle(value = "mono", limit = 100, period = "PT1H")
    Mono<String> quoteMono() {
      return Mono.fromSupplier(this::quote);
    }

    @Retryable(maxRetries = 2, delay = 1, excludes = ThrottledException.class)
    @Throttle(value = "once", limit = 1, period = "PT1H", maxWait = "PT0S")
    String once() {
      sent.incrementAndGet();
      return "once";
    }

    @ConcurrencyLimit(1)
    @Throttle(value = "narrow", limit = 100, period = "PT1H")
    void narrow() throws InterruptedException {
      sent.incrementAndGet();
      inside.countDown();
      leave.await();
    }
  }

  private static Prices target(Prices prices) {
    return AopTestUtils.getTargetObject(prices);
  }

  @Test
  void each_attempt_pays() {
    Starter.application()
        .withUserConfiguration(Resilient.class)
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              Buckets buckets = context.getBean(Buckets.class);
              assertThatThrownBy(prices::quote).hasStackTraceContaining("the provider failed");
              assertThat(target(prices).sent).hasValue(3);
              assertThat(buckets.bucket("sync").inUse()).isEqualTo(3);

              assertThatThrownBy(() -> prices.quoteMono().block())
                  .hasStackTraceContaining("the provider failed");
              assertThat(target(prices).sent).hasValue(6);
              assertThat(buckets.bucket("mono").inUse()).isEqualTo(3);
            });
  }

  @Test
  void a_refusal_that_is_excluded_is_not_retried() {
    Starter.application()
        .withUserConfiguration(Resilient.class)
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              prices.once();
              assertThatThrownBy(prices::once).isInstanceOf(ThrottledException.class);
              assertThat(target(prices).sent).hasValue(1);
            });
  }

  @Test
  void who_waits_for_concurrency_holds_no_permit() {
    Starter.application()
        .withUserConfiguration(Resilient.class)
        .withBean(Prices.class)
        .run(
            context -> {
              Prices prices = context.getBean(Prices.class);
              Buckets buckets = context.getBean(Buckets.class);
              CompletableFuture<Void> first = CompletableFuture.runAsync(() -> narrow(prices));
              target(prices).inside.await();
              CompletableFuture<Void> second = CompletableFuture.runAsync(() -> narrow(prices));
              assertThat(target(prices).sent).hasValue(1);
              target(prices).leave.countDown();
              first.join();
              second.join();
              assertThat(target(prices).sent).hasValue(2);
              assertThat(buckets.bucket("narrow").inUse()).isEqualTo(2);
            });
  }

  private static void narrow(Prices prices) {
    try {
      prices.narrow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
