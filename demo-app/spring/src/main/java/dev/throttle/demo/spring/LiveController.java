package dev.throttle.demo.spring;

import dev.throttle.core.Bucket;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Snapshot;
import dev.throttle.demo.Shop;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the page what to show: the provider's counts, and the application's buckets. */
@RestController
final class LiveController {

  /** Some times the time between two looks of a page. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Shop shop;
  private final Progress progress;
  private final Buckets buckets;
  private final ShopWatch watch;
  private final RecentWaits waits;
  private final RetryRegistry retries;
  private final CircuitBreakerRegistry breakers;

  private final CountDownLatch seenToTheEnd = new CountDownLatch(1);
  private volatile boolean isWatched;
  private volatile @Nullable Live last;

  LiveController(
      Shop shop,
      Progress progress,
      Buckets buckets,
      ShopWatch watch,
      RecentWaits waits,
      RetryRegistry retries,
      CircuitBreakerRegistry breakers) {
    this.shop = shop;
    this.progress = progress;
    this.buckets = buckets;
    this.watch = watch;
    this.waits = waits;
    this.retries = retries;
    this.breakers = breakers;
  }

  @GetMapping("/live")
  Live live() {
    isWatched = true;
    Live end = last;
    if (end == null) {
      return now(false);
    }
    seenToTheEnd.countDown();
    return end;
  }

  /** Has pages show from now on what they would have shown at this moment. */
  void end() {
    last = now(true);
  }

  /** Gives a page that looks at it time to see the end. */
  void awaitLastLook() throws InterruptedException {
    if (isWatched) {
      boolean unused = seenToTheEnd.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private Live now(boolean ended) {
    ShopWatch.Counted lastPeriod = watch.inLastPeriod();
    return new Live(
        ended,
        progress.errands(),
        progress.done(),
        shop.calls(),
        shop.refused(),
        shop.strangerCalls(),
        Shop.LIMIT,
        lastPeriod.ours(),
        lastPeriod.stranger(),
        buckets.all().stream().sorted(Comparator.comparing(Bucket::name)).map(this::of).toList(),
        Stream.of(Kind.values()).map(this::of).toList());
  }

  private Live.OfBucket of(Bucket bucket) {
    Snapshot now = bucket.snapshot();
    return new Live.OfBucket(
        bucket.name(),
        text(bucket.limit()),
        bucket.limit().permits(),
        now.limits().get(0).inUse(),
        now.waiting(),
        waits.notExceededBy(0.50, bucket.name()).toMillis(),
        waits.notExceededBy(0.99, bucket.name()).toMillis(),
        now.pausedFor().toMillis());
  }

  private static String text(Limit limit) {
    BigDecimal seconds = BigDecimal.valueOf(limit.period().toMillis(), 3).stripTrailingZeros();
    return limit.permits() + " per " + seconds.toPlainString() + " s";
  }

  private Live.OfClient of(Kind kind) {
    Retry.Metrics calls = retries.retry(kind.instance).getMetrics();
    long failed =
        calls.getNumberOfFailedCallsWithRetryAttempt()
            + calls.getNumberOfFailedCallsWithoutRetryAttempt();
    long retried =
        calls.getNumberOfSuccessfulCallsWithRetryAttempt()
            + calls.getNumberOfFailedCallsWithRetryAttempt();
    return new Live.OfClient(
        kind.title,
        calls.getNumberOfTotalCalls(),
        retried,
        failed,
        breakers
            .circuitBreaker(kind.instance)
            .getState()
            .name()
            .toLowerCase(Locale.ROOT)
            .replace('_', ' '));
  }
}
