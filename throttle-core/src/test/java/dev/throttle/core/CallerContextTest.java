package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to a caller's thread comes along to a call that had to wait. */
class CallerContextTest {

  private static final String UNKNOWABLE = "cannot be captured";
  private static final String UNBEARABLE = "cannot be restored";

  private static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();

  /** Carries {@link #TRACE}; found by the service loader. */
  public static final class OfThread implements CallerContext {
    @Override
    public @Nullable Captured capture() {
      String trace = TRACE.get();
      if (UNKNOWABLE.equals(trace)) {
        throw new IllegalStateException(trace);
      }
      return trace == null ? null : task -> with(trace, task);
    }
  }

  private static void with(@Nullable String trace, Runnable task) {
    if (UNBEARABLE.equals(trace)) {
      throw new IllegalStateException(trace);
    }
    String before = TRACE.get();
    TRACE.set(trace);
    try {
      task.run();
    } finally {
      TRACE.set(before);
    }
  }

  private static final long SECOND = 1_000_000_000;

  private final FakeTime time = new FakeTime();
  private final List<Runnable> handedOver = new ArrayList<>();
  private final Buckets buckets =
      Buckets.builder().timeSource(time).executor(handedOver::add).build();
  private final Throttle throttle;

  CallerContextTest() {
    buckets.define("users", Limit.of(1, Duration.ofSeconds(1)));
    throttle = buckets.throttle("users");
  }

  @AfterEach
  void forget() {
    TRACE.remove();
  }

  private void runHandedOver() {
    List<Runnable> now = List.copyOf(handedOver);
    handedOver.clear();
    now.forEach(Runnable::run);
  }

  @Test
  void a_call_that_waited_is_made_with_the_context_of_its_caller() {
    throttle.acquire().close();
    List<@Nullable String> seen = new ArrayList<>();
    TRACE.set("request 1");
    throttle.callAsync(
        () -> {
          seen.add(TRACE.get());
          return CompletableFuture.completedFuture(1);
        });
    TRACE.set("another");
    time.advance(2 * SECOND);
    runHandedOver();
    assertThat(seen).containsExactly("request 1");
    assertThat(TRACE.get()).isEqualTo("another");
  }

  @Test
  void what_goes_on_after_a_permit_that_was_waited_for_has_it_too() {
    throttle.acquire().close();
    List<@Nullable String> seen = new ArrayList<>();
    TRACE.set("request 1");
    throttle.acquireAsync().thenAccept(permit -> seen.add(TRACE.get()));
    TRACE.remove();
    time.advance(2 * SECOND);
    runHandedOver();
    assertThat(seen).containsExactly("request 1");
  }

  @Test
  void a_caller_without_any_has_none() {
    throttle.acquire().close();
    List<@Nullable String> seen = new ArrayList<>();
    throttle.acquireAsync().thenAccept(permit -> seen.add(TRACE.get()));
    time.advance(2 * SECOND);
    runHandedOver();
    assertThat(seen).hasSize(1).containsOnlyNulls();
  }

  @ParameterizedTest
  @ValueSource(strings = {UNKNOWABLE, UNBEARABLE})
  void one_that_cannot_be_had_costs_nobody_a_permit(String trace) {
    throttle.acquire().close();
    TRACE.set(trace);
    CompletableFuture<Permit> waiting = throttle.acquireAsync();
    TRACE.remove();
    time.advance(2 * SECOND);
    runHandedOver();
    assertThat(waiting).isCompleted();
    waiting.join().close();
    time.advance(2 * SECOND);
    assertThat(throttle.tryAcquire()).isNotNull();
  }

  @Test
  void who_waits_again_since_the_executor_was_late_keeps_it() {
    buckets.define("short", Limit.of(1, Duration.ofSeconds(1)).withMaxHold(Duration.ofSeconds(1)));
    Throttle held = buckets.throttle("short");
    held.acquire().close();
    List<@Nullable String> seen = new ArrayList<>();
    TRACE.set("request 1");
    CompletableFuture<Permit> waiting = held.acquireAsync();
    waiting.thenAccept(permit -> seen.add(TRACE.get()));
    TRACE.remove();
    time.advance(2 * SECOND); // granted
    time.advance(1 * SECOND); // its hold is over before the executor comes to it
    held.acquireAsync().thenAccept(Permit::close);
    runHandedOver();
    time.advance(30 * SECOND);
    runHandedOver();
    time.advance(30 * SECOND);
    runHandedOver();
    assertThat(seen).containsExactly("request 1");
  }
}
