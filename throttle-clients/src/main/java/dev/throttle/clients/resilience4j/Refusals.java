package dev.throttle.clients.resilience4j;

import dev.throttle.core.ThrottledException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.RetryConfig;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes Resilience4j leave the refusals of Throttle alone: a call that was refused was not sent, so
 * it is no failure of the provider.
 *
 * <pre>{@code
 * Retry retry = Retry.of("users", Refusals.notRetried(RetryConfig.ofDefaults()));
 * CircuitBreaker breaker =
 *     CircuitBreaker.of("users", Refusals.notRecorded(CircuitBreakerConfig.ofDefaults()));
 * }</pre>
 *
 * <p>A refusal is a {@link ThrottledException}, by itself or as a cause, since asynchronous clients
 * and HTTP clients wrap it. Whatever else the configurations say stays as it is.
 */
public final class Refusals {

  /** Causes may go round in circles. */
  private static final int DEEPEST = 100;

  private static final Predicate<Throwable> IS_REFUSAL = Refusals::isRefusal;

  private Refusals() {}

  /** Returns whether a failure is a refusal, or was caused by one. */
  public static boolean isRefusal(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof ThrottledException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Returns a configuration by which a refusal is not retried. */
  public static RetryConfig notRetried(RetryConfig config) {
    Predicate<Throwable> retried =
        Objects.requireNonNull(config, "config must not be null.").getExceptionPredicate();
    // The predicate of a configuration is all that it says of exceptions; the lists it was made of
    // would widen the new one.
    return RetryConfig.from(config)
        .retryExceptions()
        .ignoreExceptions()
        .retryOnException(retried.and(IS_REFUSAL.negate()))
        .build();
  }

  /** Returns a configuration by which a refusal counts neither as a failure nor as a success. */
  public static CircuitBreakerConfig notRecorded(CircuitBreakerConfig config) {
    Predicate<Throwable> ignored =
        Objects.requireNonNull(config, "config must not be null.").getIgnoreExceptionPredicate();
    return CircuitBreakerConfig.from(config).ignoreException(ignored.or(IS_REFUSAL)).build();
  }
}
