package dev.throttle.demo.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.Windows;
import dev.throttle.core.plan.MethodPlan;
import dev.throttle.test.ProviderCounter;
import dev.throttle.test.ProviderLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/limits.md. */
class LimitsGuideTest extends Guide {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Provider provider = new Provider(time);

  @Test
  void eachAnnotation_meansTheSameAsItsCode() throws NoSuchMethodException {
    Limit any = Limit.of(100, Duration.ofMinutes(15));
    Limit rolling = Limit.of(1_000, Duration.ofHours(24));
    Limit days = Limit.calendar(1_000, Period.ofDays(1), ZoneId.of("America/New_York"));
    Windows twentyPast = Windows.of(Duration.ofHours(1)).withOffset(Duration.ofMinutes(20));
    Limit hours = Limit.fixedWindow(5_000, twentyPast);
    Limit tokens = Limit.tokenBucket(2, Duration.ofSeconds(1), 40);
    Limit smooth = Limit.leakyBucket(10, Duration.ofSeconds(1));
    Limit apart = smooth.withBurst(1);
    Limit atOnce = Limit.concurrent(10);
    Limit streamed = any.withCountedWithin(Duration.ofSeconds(2));

    Map<String, Limit> limits =
        Map.of(
            "any", any,
            "tokens", tokens,
            "hours", hours,
            "days", days,
            "rolling", rolling,
            "smooth", smooth,
            "apart", apart,
            "atOnce", atOnce,
            "streamed", streamed);
    assertThat(LimitApis.class.getDeclaredMethods()).hasSize(limits.size());
    for (Map.Entry<String, Limit> limit : limits.entrySet()) {
      assertThat(bucketOf(limit.getKey()).limits()).containsExactly(limit.getValue());
    }
  }

  private static Bucket bucketOf(String method) throws NoSuchMethodException {
    MethodPlan plan = MethodPlan.of(LimitApis.class, LimitApis.class.getDeclaredMethod(method));
    return Objects.requireNonNull(plan).throttle().buckets().get(0);
  }

  /** Sends so many calls through limits, to a provider that counts in its own way. */
  private List<CompletableFuture<String>> send(int count, Bucket through, ProviderLimit counts) {
    Throttle throttle = buckets.throttle(List.of(through));
    ProviderCounter counter = counts.newCounter();
    return IntStream.range(0, count)
        .mapToObj(i -> throttle.callAsync(() -> provider.answer("ok", 1, counter)))
        .toList();
  }

  @Test
  void aSlidingWindow_isSafeForAnyKind_butUsesNoBurst() {
    Bucket sliding = buckets.define("sliding", Limit.of(2, SECOND));
    Bucket tokens = buckets.define("tokens", Limit.tokenBucket(2, SECOND, 40));
    ProviderLimit provided = ProviderLimit.tokenBucket(2, SECOND, 40);

    assertThat(untilDone(send(40, sliding, provided))).isGreaterThan(Duration.ofSeconds(19));
    assertThat(untilDone(send(40, tokens, provided))).isLessThan(SECOND);
    assertThat(provider.refused()).isZero();
  }

  @Test
  void aLeakyBucket_withBurstOne_keepsCallsApart_alsoWhereTheyArrive() {
    Bucket apart = buckets.define("apart", Limit.leakyBucket(10, SECOND).withBurst(1));

    untilDone(send(50, apart, ProviderLimit.leakyBucket(10, SECOND)));

    assertThat(provider.accepted()).isEqualTo(50);
    assertThat(provider.refused()).isZero();
  }

  @Test
  void aLeakyBucket_startsCallsEvenlySpaced() {
    Bucket smooth = buckets.define("smooth", Limit.leakyBucket(10, SECOND));

    List<CompletableFuture<String>> calls =
        send(11, smooth, ProviderLimit.slidingWindow(10, SECOND));

    assertThat(smooth.inUse()).isEqualTo(1);
    time.advance(Duration.ofMillis(500));
    assertThat(smooth.waiting()).isEqualTo(5);
    untilDone(calls);
    assertThat(provider.refused()).isZero();
  }

  @Test
  void windowsThatTheProviderNames() {
    Bucket hourly = buckets.define("api.foo.com", Limit.fixedWindow(5_000, Duration.ofHours(1)));
    Instant reset = Instant.parse("2030-06-15T10:47:11Z");

    hourly.resetAt(reset); // as the provider's answer says, such as x-ratelimit-reset

    Duration toTheHour = Duration.ofMinutes(47).plusSeconds(11);
    ProviderLimit hours = ProviderLimit.fixedWindow(5_000, Duration.ofHours(1), toTheHour);
    untilDone(send(15_000, hourly, hours));
    assertThat(provider.refused()).isZero();
    assertThat(Instant.ofEpochSecond(0, time.epochNanos()))
        .isBetween(Instant.parse("2030-06-15T11:47:11Z"), Instant.parse("2030-06-15T11:47:12Z"));
  }

  @Test
  void aDayOfTheCalendar_isNot24Hours() {
    Bucket day =
        buckets.define("day", Limit.calendar(10, Period.ofDays(1), ZoneId.of("America/New_York")));
    Bucket rolling = buckets.define("rolling", Limit.of(10, Duration.ofHours(24)));
    send(10, day, ProviderLimit.slidingWindow(10, SECOND));
    send(10, rolling, ProviderLimit.slidingWindow(10, SECOND));

    time.advance(Duration.ofHours(18)); // it was 06:20 in New York, and is tomorrow there
    assertThat(day.inUse()).isZero();
    assertThat(rolling.inUse()).isEqualTo(10);

    time.advance(Duration.ofHours(7));
    assertThat(rolling.inUse()).isZero();
  }

  @Test
  void theGuard_standsInForClocksThatDisagree() {
    Duration second = Duration.ofSeconds(1);
    Limit fixed = Limit.fixedWindow(10, second);
    Bucket guarded = buckets.define("guarded", fixed.withGuard(Duration.ofMillis(300)));
    Bucket hopeful = buckets.define("hopeful", fixed);
    // The provider's clock is a quarter of a second behind.
    ProviderLimit behind = ProviderLimit.fixedWindow(10, second, Duration.ofMillis(250));

    untilDone(send(100, guarded, behind));
    assertThat(provider.refused()).isZero();

    untilDone(send(100, hopeful, behind));
    assertThat(provider.refused()).isPositive();
  }

  @Test
  void countedWithin_letsTheNextCallGo_beforeALongAnswerIsThere() {
    Limit limit = Limit.of(1, SECOND);
    Bucket whole = buckets.define("whole", limit);
    Bucket streamed = buckets.define("streamed", limit.withCountedWithin(Duration.ofSeconds(2)));
    Provider streaming = new Provider(time).working(Duration.ofSeconds(30));
    ProviderCounter counter = ProviderLimit.slidingWindow(1, SECOND).newCounter();
    for (Bucket bucket : List.of(whole, streamed)) {
      Throttle throttle = buckets.throttle(List.of(bucket));
      List<CompletableFuture<String>> calls =
          IntStream.range(0, 5)
              .mapToObj(i -> throttle.callAsync(() -> streaming.answer("", 1, counter)))
              .toList();
      Duration all = untilDone(calls);
      assertThat(all).isLessThan(Duration.ofSeconds(bucket == whole ? 160 : 50));
      assertThat(all).isGreaterThan(Duration.ofSeconds(bucket == whole ? 150 : 40));
    }
    assertThat(streaming.refused()).isZero();
  }

  @Test
  void afterARestart_whatWasUsedBefore_isCharged() {
    Bucket calls = buckets.define("salesforce.com", Limit.of(100_000, Duration.ofHours(24)));
    int alreadyUsed = 99_990;

    Permit used = buckets.throttle("salesforce.com").acquire();
    used.adjust(alreadyUsed); // others wait until it is back
    used.complete();

    assertThat(calls.snapshot().free()).isEqualTo(10);
    time.advance(Duration.ofHours(25));
    assertThat(calls.snapshot().free()).isEqualTo(100_000);
  }

  @Test
  void severalLimitsOfOneName_areKeptTogether() throws NoSuchMethodException {
    Bucket search =
        buckets.define(
            "api.foo.com/search",
            List.of(
                Limit.of(10, Duration.ofSeconds(1)),
                Limit.of(100, Duration.ofMinutes(1)),
                Limit.calendar(1_000, Period.ofDays(1), ZoneId.of("America/New_York"))),
            Bucket.DEFAULT_MAX_QUEUE);

    ProviderCounter second = ProviderLimit.slidingWindow(10, SECOND).newCounter();
    ProviderCounter minute = ProviderLimit.slidingWindow(100, Duration.ofMinutes(1)).newCounter();
    LimitApis.Several api = words -> provider.answer(words, 1, second, minute);
    List<CompletableFuture<String>> calls =
        IntStream.range(0, 150).mapToObj(i -> api.search("cat")).toList();

    assertThat(untilDone(calls)).isBetween(Duration.ofSeconds(64), Duration.ofSeconds(66));
    assertThat(provider.refused()).isZero();
    assertThat(search.inUse()).isEqualTo(10); // one bucket: the annotation is the same definition
  }
}
