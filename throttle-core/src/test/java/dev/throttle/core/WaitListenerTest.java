package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each wait is told of twice: before it begins, by its caller, and once when it ends. */
class WaitListenerTest {

  private static final long SECOND = 1_000_000_000;

  private final FakeTime time = new FakeTime();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(Runnable::run).build();
  private final List<String> told = new ArrayList<>();
  private Throttle throttle;

  @BeforeEach
  void listen() {
    buckets.define("users", Limit.of(1, Duration.ofSeconds(1)));
    throttle = buckets.throttle("users");
    buckets.listen(
        new ThrottleListener() {
          @Override
          public @Nullable WaitListener beginWait(Throttle throttle) {
            told.add("begin");
            return outcome -> told.add(outcome.name());
          }
        });
    throttle.acquire().close();
  }

  @Test
  void who_need_not_wait_is_not_told_of() {
    assertThat(told).isEmpty();
  }

  @Test
  void a_wait_that_is_granted() {
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    assertThat(told).containsExactly("begin");
    time.advance(2 * SECOND);
    assertThat(waiting).isDone();
    assertThat(told).containsExactly("begin", "GRANTED");
  }

  @Test
  void a_wait_that_is_refused_at_once() {
    Throttle hasty = throttle.withMaxWait(Duration.ZERO);
    assertThatThrownBy(hasty::acquire).isInstanceOf(ThrottledException.class);
    assertThat(told).containsExactly("begin", "REFUSED");
    assertThat(hasty.acquireAsync()).isCompletedExceptionally();
    assertThat(told).containsExactly("begin", "REFUSED", "begin", "REFUSED");
  }

  @Test
  void a_wait_that_is_refused_later() {
    throttle.acquireAsync();
    buckets.close();
    assertThat(told).containsExactly("begin", "REFUSED");
  }

  @Test
  void a_wait_that_is_cancelled() {
    throttle.acquireAsync().cancel(false);
    assertThat(told).containsExactly("begin", "CANCELLED");
    time.advance(9 * SECOND);
    assertThat(told).hasSize(2);
  }

  @Test
  void a_thread_that_is_interrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(throttle::acquire).isInstanceOf(ThrottledException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(told).containsExactly("begin", "CANCELLED");
  }

  @Test
  void one_that_throws_harms_nobody() {
    buckets.listen(
        new ThrottleListener() {
          @Override
          public WaitListener beginWait(Throttle throttle) {
            return outcome -> {
              throw new IllegalStateException("no");
            };
          }
        });
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    time.advance(2 * SECOND);
    assertThat(waiting).isCompleted();
    buckets.listen(
        new ThrottleListener() {
          @Override
          public WaitListener beginWait(Throttle throttle) {
            throw new IllegalStateException("no");
          }
        });
    CompletableFuture<Permit> next = throttle.acquireAsync();
    waiting.join().close();
    time.advance(2 * SECOND);
    assertThat(next).isCompleted();
  }
}
