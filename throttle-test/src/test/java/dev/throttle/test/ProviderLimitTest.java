package dev.throttle.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.test.ProviderCounter.Answer;
import java.time.Duration;
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
        () -> ProviderLimit.tokenBucket(1, Duration.ZERO),
        "period must be above PT0S and at most PT876000H, but was PT0S.");
    assertBad(
        () -> ProviderLimit.tokenBucket(1, Duration.ofDays(36_501)),
        "period must be above PT0S and at most PT876000H, but was PT876024H.");
    assertBad(
        () -> ProviderLimit.fixedWindow(1, SECOND, SECOND),
        "phase must be at least PT0S and less than the period PT1S, but was PT1S.");
    assertBad(
        () -> ProviderLimit.fixedWindow(1, SECOND, Duration.ofNanos(-1)),
        "phase must be at least PT0S and less than the period PT1S, but was PT-0.000000001S.");
    assertBad(ProviderCounter::allOf, "allOf needs at least one counter, but there was none.");
  }

  private static void assertBad(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void a_limit_says_what_it_is() {
    assertThat(ProviderLimit.fixedWindow(100, Duration.ofMinutes(15), SECOND).countingRefused())
        .hasToString("fixed window of 100 per PT15M from PT1S, counting refused calls");
  }
}
