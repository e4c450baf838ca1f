package dev.throttle.demo;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

/**
 * Retry as many programs have it: up to three attempts, half a second apart. Each attempt takes its
 * own turn.
 */
final class Retries {

  private Retries() {}

  static Retry of(String name) {
    return Retry.of(
        name, RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(500)).build());
  }
}
