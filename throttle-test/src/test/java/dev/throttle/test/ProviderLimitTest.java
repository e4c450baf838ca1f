package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.test.ProviderCounter.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProviderLimitTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void a_sliding_window_opens_exactly_one_period_after_its_oldest_call() {
    ProviderCounter counter = ProviderLimit.slidingWindow(2, Duration.ofNanos(100)).newCounter();

    assertThat(counter.count(0)).isEqualTo(new Answer(true, 1, 0, 100));
    assertThat(counter.count(40)).isEqualTo(new Answer(true, 0, 60, 100));
    assertThat(counter.count(99)).isEqualTo(new Answer(false, 0, 1, 41));
    assertThat(counter.count(100)).isEqualTo(new Answer(true, 0, 40, 100));
  }

  @Test
  void a_fixed_window_lets_twice_its_permits_pass_around_a_boundary() {
    ProviderCounter counter =
        ProviderLimit.fixedWindow(2, Duration.ofNanos(100), Duration.ofNanos(30)).newCounter();

    assertThat(counter.count(128).accepted()).isTrue();
    assertThat(counter.count(129)).isEqualTo(new Answer(true, 0, 1, 1));
    assertThat(counter.count(129)).isEqualTo(new Answer(false, 0, 1, 1));
    assertThat(counter.count(130).accepted()).isTrue();
    assertThat(counter.count(131)).isEqualTo(new Answer(true, 0, 99, 99));
  }

  @Test
  void a_token_bucket_grows_tokens_that_are_no_whole_nanoseconds_apart() {
    ProviderCounter counter = ProviderLimit.tokenBucket(3, Duration.ofNanos(100)).newCounter();
    counter.count(0);
    counter.count(0);

    assertThat(counter.count(0)).isEqualTo(new Answer(true, 0, 34, 100));
    assertThat(counter.count(33).accepted()).isFalse();
    assertThat(counter.count(34).accepted()).isTrue();
    assertThat(counter.count(67).accepted()).isTrue();
    assertThat(counter.count(100).accepted()).isTrue();
    assertThat(counter.count(101).accepted()).isFalse();
  }

  @Test
  void a_strict_leaky_bucket_spaces_calls_by_what_the_one_before_cost() {
    ProviderCounter counter = ProviderLimit.leakyBucket(3, Duration.ofNanos(100)).newCounter();

    assertThat(counter.count(0)).isEqualTo(new Answer(true, 0, 34, 34));
    assertThat(counter.count(33).accepted()).isFalse();
    assertThat(counter.count(34, 6)).isEqualTo(new Answer(true, 0, 200, 200));
    assertThat(counter.count(233)).isEqualTo(new Answer(false, 0, 1, 1));
    assertThat(counter.count(234).accepted()).isTrue();
  }

  @Test
  void a_leaky_bucket_holds_its_burst_and_overflows_only_when_it_was_empty() {
    ProviderCounter counter = ProviderLimit.leakyBucket(1, Duration.ofNanos(10), 5).newCounter();

    assertThat(counter.count(0, 3)).isEqualTo(new Answer(true, 2, 10, 30));
    assertThat(counter.count(0, 3)).isEqualTo(new Answer(false, 2, 10, 30));
    assertThat(counter.count(10, 3)).isEqualTo(new Answer(true, 0, 30, 50));
    assertThat(counter.count(59, 7)).isEqualTo(new Answer(false, 4, 1, 1));
    assertThat(counter.count(60, 7)).isEqualTo(new Answer(true, 0, 70, 70));
    assertThat(counter.count(80)).isEqualTo(new Answer(false, 0, 10, 50));
  }

  @Test
  void a_token_bucket_has_a_burst_of_its_own() {
    ProviderCounter shop = ProviderLimit.tokenBucket(2, SECOND, 40).newCounter();

    assertThat(shop.count(0, 40)).isEqualTo(new Answer(true, 0, 20_000_000_000L, 20_000_000_000L));
    assertThat(shop.count(499_999_999).accepted()).isFalse();
    assertThat(shop.count(500_000_000).accepted()).isTrue();
  }

  @Test
  void a_call_that_costs_more_than_can_ever_be_free_never_passes() {
    for (ProviderLimit limit :
        List.of(
            ProviderLimit.slidingWindow(10, SECOND),
            ProviderLimit.fixedWindow(10, SECOND, Duration.ZERO),
            ProviderLimit.calendarWindow(10, Period.ofDays(1), ZoneOffset.UTC),
            ProviderLimit.tokenBucket(5, SECOND, 10))) {
      assertThat(limit.newCounter().count(0, 11))
          .as("%s", limit)
          .isEqualTo(new Answer(false, 10, Long.MAX_VALUE, 0));
    }
  }

  @Test
  void the_costliest_call_of_the_slowest_leaky_bucket_does_not_overflow_a_number() {
    ProviderCounter counter = ProviderLimit.leakyBucket(1, Duration.ofDays(36_500)).newCounter();

    Answer answer = counter.count(Long.MAX_VALUE, Integer.MAX_VALUE);

    assertThat(answer.accepted()).isTrue();
    assertThat(answer.remaining()).isZero();
    assertThat(Duration.ofNanos(answer.retryInNanos())).isGreaterThan(Duration.ofDays(36_500));
  }

  @Test
  void requests_and_what_they_cost_are_counted_beside_one_another() {
    ProviderCounter requests = ProviderLimit.slidingWindow(3, SECOND).countingCalls().newCounter();
    ProviderCounter tokens = ProviderLimit.slidingWindow(1_000, SECOND).newCounter();
    ProviderCounter both = ProviderCounter.allOf(requests, tokens);

    assertThat(both.count(0, 600)).isEqualTo(new Answer(true, 2, SECOND.toNanos(), 1_000_000_000));
    assertThat(both.count(0, 600).accepted()).isFalse();
    assertThat(both.count(0, 10).accepted()).isTrue();
    assertThat(both.count(0, 10).accepted()).isTrue();
    assertThat(both.count(0, 10).accepted()).isFalse();
    assertThat(tokens.count(0).remaining()).isEqualTo(379);
  }

  @Test
  void a_calendar_window_of_a_counter_takes_its_ticks_for_the_wall_clock() {
    ProviderCounter counter =
        ProviderLimit.calendarWindow(1, Period.ofDays(1), ZoneId.of("America/New_York"))
            .newCounter();
    long beforeMidnight = Nanos.ofEpoch(Instant.parse("2026-07-01T03:59:59Z"));

    assertThat(counter.count(beforeMidnight))
        .isEqualTo(new Answer(true, 0, 1_000_000_000, 1_000_000_000));
    assertThat(counter.count(beforeMidnight + 999_999_999).accepted()).isFalse();
    assertThat(counter.count(beforeMidnight + 1_000_000_000).accepted()).isTrue();
  }

  @Test
  void refused_calls_count_only_where_the_provider_counts_them() {
    ProviderLimit limit = ProviderLimit.slidingWindow(1, Duration.ofNanos(100));
    ProviderCounter lenient = limit.newCounter();
    ProviderCounter strict = limit.countingRefused().newCounter();
    for (ProviderCounter counter : List.of(lenient, strict)) {
      assertThat(counter.count(0).accepted()).isTrue();
      assertThat(counter.count(60).accepted()).isFalse();
    }

    assertThat(lenient.count(100).accepted()).isTrue();
    assertThat(strict.count(100)).isEqualTo(new Answer(false, 0, 100, 100));
    assertThat(strict.count(200).accepted()).isTrue();
  }

  @Test
  void a_call_refused_by_one_limit_is_counted_by_none() {
    ProviderCounter global = ProviderLimit.slidingWindow(10, SECOND).newCounter();
    ProviderCounter users = ProviderLimit.slidingWindow(1, SECOND).newCounter();
    ProviderCounter both = ProviderCounter.allOf(global, users);

    assertThat(both.count(0).accepted()).isTrue();
    assertThat(both.count(1).accepted()).isFalse();
    assertThat(both.count(2).accepted()).isFalse();

    assertThat(global.count(3).remaining()).isEqualTo(8);
  }

  @Test
  void a_counter_named_twice_counts_once() {
    ProviderCounter users = ProviderLimit.slidingWindow(5, SECOND).newCounter();

    assertThat(ProviderCounter.allOf(users, users).count(0).remaining()).isEqualTo(4);
  }

  @Test
  void an_older_tick_counts_as_the_latest() {
    ProviderCounter counter = ProviderLimit.slidingWindow(1, Duration.ofNanos(100)).newCounter();
    counter.count(50);

    assertThat(counter.count(20)).isEqualTo(new Answer(false, 0, 100, 100));
  }

  @Test
  void counters_of_one_limit_share_nothing() {
    ProviderLimit limit = ProviderLimit.slidingWindow(1, SECOND);

    assertThat(limit.newCounter().count(0).accepted()).isTrue();
    assertThat(limit.newCounter().count(0).accepted()).isTrue();
  }

  @Test
  void many_threads_get_exactly_the_permits_whatever_the_order_of_counters() throws Exception {
    ProviderCounter one = ProviderLimit.slidingWindow(1_000, Duration.ofDays(1)).newCounter();
    ProviderCounter other = ProviderLimit.tokenBucket(1_500, Duration.ofDays(1)).newCounter();
    ProviderCounter there = ProviderCounter.allOf(one, other);
    ProviderCounter back = ProviderCounter.allOf(other, one);
    AtomicInteger accepted = new AtomicInteger();
    AtomicLong tick = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      ProviderCounter counter = thread % 2 == 0 ? there : back;
      work.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  accepted.addAndGet(counter.count(tick.getAndIncrement()).accepted() ? 1 : 0);
                }
              }));
    }
    for (Future<?> each : work) {
      each.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();

    assertThat(accepted).hasValue(1_000);
    assertThat(other.count(tick.get()).remaining()).isEqualTo(499);
  }

  @Test
  void what_cannot_be_a_limit_is_refused_with_its_value() {
    assertBad(
        () -> ProviderLimit.slidingWindow(0, SECOND), "permits must be at least 1, but was 0.");
    assertBad(
        () -> ProviderLimit.fixedWindow(0, SECOND, Duration.ZERO),
        "permits must be at least 1, but was 0.");
    assertBad(
        () -> ProviderLimit.calendarWindow(1, Period.ZERO, ZoneOffset.UTC),
        "period must be days, weeks, months or years, such as P1D, but was P0D.");
    assertBad(
        () -> ProviderLimit.tokenBucket(1, Duration.ZERO),
        "period must be above PT0S and at most PT876000H, but was PT0S.");
    assertBad(
        () -> ProviderLimit.tokenBucket(1, Duration.ofDays(36_501)),
        "period must be above PT0S and at most PT876000H, but was PT876024H.");
    assertBad(
        () -> ProviderLimit.fixedWindow(1, SECOND, SECOND),
        "offset must be at least PT0S and less than the period PT1S, but was PT1S.");
    assertBad(
        () -> ProviderLimit.fixedWindow(1, SECOND, Duration.ofNanos(-1)),
        "offset must be at least PT0S and less than the period PT1S, but was PT-0.000000001S.");
    assertBad(
        () -> ProviderLimit.tokenBucket(1, SECOND, 0), "burst must be at least 1, but was 0.");
    assertBad(
        () -> ProviderLimit.leakyBucket(1, Duration.ofDays(1), 36_501),
        "burst must come back within PT876000H, but 36501 at 1 per PT24H take PT876024H.");
    assertBad(
        () -> ProviderLimit.calendarWindow(1, Period.of(0, 1, 1), ZoneOffset.UTC),
        "period must be days, weeks, months or years, such as P1D, but was P1M1D.");
    assertBad(
        () -> ProviderLimit.calendarWindow(1, Period.ofDays(-1), ZoneOffset.UTC),
        "period must be days, weeks, months or years, such as P1D, but was P-1D.");
    assertBad(
        () -> ProviderLimit.calendarWindow(1, Period.ofYears(101), ZoneOffset.UTC),
        "period must be above PT0S and at most PT876000H, but was PT884760H.");
    assertBad(
        () ->
            ProviderLimit.calendarWindow(1, Period.ofDays(1), ZoneOffset.UTC, Duration.ofHours(24)),
        "offset must be at least PT0S and less than the period PT24H, but was PT24H.");
    assertBad(
        () -> ProviderLimit.slidingWindow(1, SECOND).newCounter().count(0, 0),
        "cost must be at least 1, but was 0.");
    assertBad(ProviderCounter::allOf, "allOf needs at least one counter, but there was none.");
  }

  private static void assertBad(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void a_limit_says_what_it_is() {
    assertThat(ProviderLimit.fixedWindow(100, Duration.ofMinutes(15), SECOND).countingRefused())
        .hasToString("fixed window of 100 per PT15M from PT1S, counting refused calls");
    assertThat(ProviderLimit.slidingWindow(5, SECOND).countingCalls())
        .hasToString("sliding window of 5 per PT1S, counting calls");
    assertThat(ProviderLimit.tokenBucket(2, SECOND)).hasToString("token bucket of 2 per PT1S");
    assertThat(ProviderLimit.tokenBucket(2, SECOND, 40))
        .hasToString("token bucket of 2 per PT1S, burst 40");
    assertThat(ProviderLimit.leakyBucket(2, SECOND)).hasToString("leaky bucket of 2 per PT1S");
    assertThat(ProviderLimit.leakyBucket(2, SECOND, 2))
        .hasToString("leaky bucket of 2 per PT1S, burst 2");
    assertThat(
            ProviderLimit.calendarWindow(
                9, Period.ofMonths(1), ZoneId.of("Europe/Paris"), Duration.ofHours(8)))
        .hasToString("calendar window of 9 per P1M in Europe/Paris from PT8H")
        .extracting(ProviderLimit::permits, ProviderLimit::period)
        .containsExactly(9, Duration.ofDays(30));
  }
}
