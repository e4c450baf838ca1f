package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.core.Buckets;
import dev.throttle.core.KeyedThrottle;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.demo.guides.ComposedApis.ShopApi;
import dev.throttle.demo.guides.ComposedApis.UserSearch;
import dev.throttle.test.ProviderCounter;
import dev.throttle.test.ProviderLimit;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/composition.md. */
class CompositionGuideTest extends Guide {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Provider provider = new Provider(time);
  private final ProviderCounter everything = ProviderLimit.slidingWindow(600, MINUTE).newCounter();
  private final ProviderCounter users = ProviderLimit.slidingWindow(100, MINUTE).newCounter();
  private final ShopApi shop =
      new ShopApi() {
        @Override
        public CompletableFuture<String> status() {
          return provider.answer("up", 1, everything);
        }

        @Override
        public CompletableFuture<String> user(long id) {
          return provider.answer("user " + id, 1, everything, users);
        }

        @Override
        public CompletableFuture<String> orders(String customer) {
          return provider.answer("orders", 1, everything);
        }
      };

  @BeforeEach
  void define() {
    Buckets buckets = this.buckets;
    buckets.define("api.shop.com", Limit.of(600, Duration.ofMinutes(1)));
    buckets.define("api.shop.com/users", Limit.of(100, Duration.ofMinutes(1)));
    buckets.defineKeyed("api.shop.com/orders", Limit.of(20, Duration.ofMinutes(1)));
  }

  @Test
  void whatWaitsForItsEndpoint_holdsNothingOfTheOthers() {
    List<CompletableFuture<String>> asked =
        IntStream.range(0, 150).mapToObj(id -> shop.user(id)).toList();
    assertThat(buckets.bucket("api.shop.com").inUse()).isEqualTo(100);

    CompletableFuture<String> status = shop.status();

    assertThat(untilDone(List.of(status))).isLessThan(Duration.ofSeconds(1));
    assertThat(untilDone(asked)).isGreaterThan(Duration.ofSeconds(59));
    assertThat(provider.refused()).isZero();
  }

  @Test
  void anAnnotationOfTheTeam_isTheSame() {
    UserSearch search = name -> provider.answer(name, 1, everything, users);

    untilDone(List.of(search.search("Ada"), shop.user(7)));

    assertThat(buckets.bucket("api.shop.com").inUse()).isEqualTo(2);
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isEqualTo(2);
  }

  @Test
  void inCode() throws Exception {
    Throttle users = buckets.throttle("api.shop.com", "api.shop.com/users");
    KeyedThrottle orders = buckets.keyedThrottle("api.shop.com", "api.shop.com/orders");

    CompletableFuture<String> user = users.callAsync(() -> fetch("/users/7")); // never blocks
    String status = users.call(() -> read("/users/8")); // parks if it must wait
    try (Permit permit = orders.of("acme").acquire()) {
      read("/orders?customer=acme");
    }

    assertThat(user).isCompletedWithValue("/users/7");
    assertThat(status).isEqualTo("/users/8");
    assertThat(buckets.bucket("api.shop.com").inUse()).isEqualTo(3);
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isEqualTo(2);
    assertThat(buckets.keyed("api.shop.com/orders").bucket("acme").inUse()).isEqualTo(1);
  }

  private static CompletableFuture<String> fetch(String path) {
    return CompletableFuture.completedFuture(path);
  }

  private static String read(String path) {
    return path;
  }

  @Test
  void aCostForEachBucket() {
    Throttle users = buckets.throttle("api.shop.com", "api.shop.com/users");

    Throttle export = users.withCost("api.shop.com", 10); // and 1 of users
    Throttle twice = users.withCost(2); // of both

    export.acquire().complete();
    assertThat(buckets.bucket("api.shop.com").inUse()).isEqualTo(10);
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isEqualTo(1);
    twice.acquire().complete();
    assertThat(buckets.bucket("api.shop.com").inUse()).isEqualTo(12);
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isEqualTo(3);
  }

  @Test
  void whoCancels_sendsNothing_andCostsNobodyAPermit() {
    List<CompletableFuture<String>> asked =
        IntStream.range(0, 101).mapToObj(id -> shop.user(id)).toList();

    asked.get(100).cancel(true); // it waits, and is never sent

    assertThat(buckets.bucket("api.shop.com").waiting()).isZero();
    time.advance(MINUTE.multipliedBy(2));
    assertThat(provider.accepted()).isEqualTo(100);
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isZero();
  }

  @Test
  void maxWait_refusesAtOnce_whatCannotBeInTime() {
    Throttle users =
        buckets.throttle("api.shop.com", "api.shop.com/users").withMaxWait(Duration.ofSeconds(5));
    for (int i = 0; i < 100; i++) {
      users.acquire().complete();
    }

    assertThatThrownBy(() -> users.acquire())
        .isInstanceOf(ThrottledException.class)
        .hasMessage(
            "bucket 'api.shop.com/users' (100 per PT1M) is full: next permit in 60.1 s, but"
                + " maxWait is 5 s; 0 calls wait before this one");
  }

  @Test
  void eachAttemptOfARetry_paysForItself() throws Exception {
    Throttle users = buckets.throttle("api.shop.com", "api.shop.com/users");
    Retry retry =
        Retry.of(
            "users",
            RetryConfig.custom()
                .maxAttempts(3)
                .waitDuration(Duration.ofMillis(1))
                .ignoreExceptions(ThrottledException.class)
                .build());

    Flaky flaky = new Flaky();
    String user = retry.executeCallable(() -> users.call(() -> flaky.read("/users/7")));

    assertThat(user).isEqualTo("/users/7");
    assertThat(buckets.bucket("api.shop.com/users").inUse()).isEqualTo(3);
  }

  /** Answers only the third call. */
  private static final class Flaky {

    private int calls;

    String read(String path) {
      if (++calls < 3) {
        throw new IllegalStateException("503");
      }
      return path;
    }
  }
}
