package dev.throttle.remote.lease;

import dev.throttle.core.TimeSource;
import dev.throttle.core.Unreachable;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A lease store that leaves another one alone for a while after it has failed again and again, or
 * has not answered, and then tries it with one request; by a circuit breaker of Resilience4j.
 *
 * <p>It opens when four of the last five requests have failed, or were not answered within two
 * refreshes; for a second at first, then for two refreshes. Meanwhile requests fail at once, with
 * {@link CallNotPermittedException}. So a store that was overloaded is not asked by all instances
 * each second while it recovers, and is found again within a few seconds: {@link Unreachable#SHARE}
 * counts on that.
 *
 * <p>A request that is refused as a mistake, by {@link IllegalArgumentException}, was answered.
 *
 * <p>Safe for use by many threads.
 */
public final class Circuit implements LeaseStore {

  private final LeaseStore store;
  private final TimeSource time;
  private final long withinNanos;
  private final CircuitBreaker breaker;

  private Circuit(LeaseStore store, Duration refresh, TimeSource time) {
    this.store = Objects.requireNonNull(store, "store must not be null.");
    this.time = Objects.requireNonNull(time, "time source must not be null.");
    Duration longest = Checks.positive("refresh", refresh).multipliedBy(2);
    Duration first = Duration.ofSeconds(1).compareTo(longest) < 0 ? Duration.ofSeconds(1) : longest;
    this.withinNanos = longest.toNanos();
    this.breaker =
        CircuitBreaker.of(
            "throttle-lease-store",
            CircuitBreakerConfig.custom()
                .clock(new ClockOf(time))
                .currentTimestampFunction(clock -> time.nanos(), TimeUnit.NANOSECONDS)
                .slidingWindow(5, 5, SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(80)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(
                    IntervalFunction.ofExponentialBackoff(first, 2, longest))
                .ignoreExceptions(IllegalArgumentException.class)
                .writableStackTraceEnabled(false)
                .build());
  }

  /**
   * Returns a circuit to a store.
   *
   * @param refresh after which time leases are renewed
   */
  public static Circuit around(LeaseStore store, Duration refresh, TimeSource time) {
    return new Circuit(store, refresh, time);
  }

  @Override
  public CompletionStage<LeaseAnswer> renew(LeaseRequest request) {
    if (!breaker.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(
          CallNotPermittedException.createCallNotPermittedException(breaker));
    }
    long since = time.nanos();
    CompletableFuture<LeaseAnswer> result = new CompletableFuture<>();
    TimeSource.Timer timeout =
        time.schedule(
            withinNanos,
            () ->
                result.completeExceptionally(
                    new TimeoutException("no answer in " + Duration.ofNanos(withinNanos))));
    CompletableFuture<LeaseAnswer> counted =
        result.whenComplete(
            (answer, failure) -> {
              timeout.cancel();
              count(failure, time.nanos() - since);
            });
    try {
      store.renew(request).whenComplete((answer, failure) -> pass(result, answer, failure));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
    return counted;
  }

  private static void pass(
      CompletableFuture<LeaseAnswer> result,
      @Nullable LeaseAnswer answer,
      @Nullable Throwable failure) {
    if (failure != null) {
      result.completeExceptionally(failure);
    } else {
      result.complete(answer);
    }
  }

  private void count(@Nullable Throwable failure, long nanos) {
    if (failure == null) {
      breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    } else {
      boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
      breaker.onError(nanos, TimeUnit.NANOSECONDS, wrapped ? failure.getCause() : failure);
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** A clock that runs as a time source does; nobody may set it. */
  private static final class ClockOf extends Clock {

    private final TimeSource time;
    private final long start;

    ClockOf(TimeSource time) {
      this.time = time;
      this.start = time.nanos();
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(time.nanos() - start);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
