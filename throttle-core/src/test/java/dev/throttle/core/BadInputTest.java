package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Algorithm;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every public way in refuses what is wrong, in words that say what, why and what else to do. */
class BadInputTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TOO_LONG = Duration.ofDays(36_501);

  private static final Buckets BUCKETS = Buckets.create();
  private static final Bucket TEN = BUCKETS.define("ten", Limit.of(10, SECOND));
  private static final Throttle THROTTLE = BUCKETS.throttle("ten");

  static Stream<Arguments> wrong() {
    Limit limit = Limit.of(1, SECOND);
    return Stream.of(
        wrong(
            () -> Limit.of(0, SECOND),
            "limit must be at least 1, but was 0. To stop all calls, pause the bucket."),
        wrong(
            () -> Limit.concurrent(-3),
            "limit must be at least 1, but was -3. To stop all calls, pause the bucket."),
        wrong(
            () -> Limit.of(1, Duration.ofNanos(-1)),
            "period must be between PT0S and PT876000H, but was PT-0.000000001S."),
        wrong(
            () -> Limit.of(1, Duration.ofSeconds(Long.MAX_VALUE)),
            "period must be between PT0S and PT876000H, but was PT2562047788015215H30M7S."),
        wrong(
            () -> Limit.of(1, Duration.ofDays(36_500)),
            "period + guard must be between PT0S and PT876000H, but was PT876000H0.001S."),
        wrong(
            () -> limit.withGuard(Duration.ofNanos(-1)),
            "guard must be between PT0S and PT876000H, but was PT-0.000000001S."),
        wrong(
            () -> limit.withCountedWithin(Duration.ZERO),
            "countedWithin must be more than PT0S, but was PT0S. Leave it out to wait for"
                + " completion."),
        wrong(
            () -> limit.withCountedWithin(TOO_LONG),
            "countedWithin must be between PT0S and PT876000H, but was PT876024H."),
        wrong(
            () -> limit.withMaxHold(Duration.ZERO),
            "maxHold must be more than PT0S, but was PT0S."),
        wrong(
            () -> BUCKETS.define(" ", limit),
            "bucket name must not be blank; use the API's host and path."),
        wrong(
            () -> BUCKETS.define("b", limit, -1),
            "maxQueue of bucket 'b' must be at least 0, but was -1. To refuse instead of waiting"
                + " use maxWait PT0S."),
        wrong(
            () -> BUCKETS.define("ten", limit),
            "bucket 'ten' (10 per PT1S) is defined already, and now again as 1 per PT1S with"
                + " maxQueue 100000; before, maxQueue was 100000. Define it once and name it"
                + " elsewhere."),
        wrong(() -> BUCKETS.bucket("none"), "no bucket 'none' is defined; there are [ten]."),
        wrong(() -> BUCKETS.throttle(), "a throttle needs at least one bucket."),
        wrong(() -> BUCKETS.throttle(List.of()), "a throttle needs at least one bucket."),
        wrong(
            () -> Buckets.create().throttle(List.of(TEN)),
            "bucket 'ten' (10 per PT1S) was defined elsewhere; a throttle is made of buckets of one"
                + " Buckets."),
        wrong(() -> THROTTLE.withCost(0), "cost must be at least 1, but was 0."),
        wrong(
            () -> THROTTLE.withMaxWait(Duration.ofNanos(-1)),
            "maxWait must not be negative, but was PT-0.000000001S."));
  }

  static Stream<Arguments> missing() {
    Limit limit = Limit.of(1, SECOND);
    return Stream.of(
        wrong(() -> Limit.of(1, null), "period must not be null."),
        wrong(
            () -> new Limit(1, SECOND, null, 1, null, 0, null, SECOND, SECOND),
            "algorithm must not be null."),
        wrong(
            () -> new Limit(1, SECOND, Algorithm.SLIDING_WINDOW, 1, null, 0, null, null, SECOND),
            "guard must not be null."),
        wrong(() -> limit.withGuard(null), "guard must not be null."),
        wrong(() -> limit.withMaxHold(null), "maxHold must not be null."),
        wrong(() -> limit.withCountedWithin(null), "countedWithin must not be null."),
        wrong(() -> BUCKETS.define(null, limit), "bucket name must not be null."),
        wrong(() -> BUCKETS.define("b", null), "limit of bucket 'b' must not be null."),
        wrong(() -> BUCKETS.bucket(null), "bucket name must not be null."),
        wrong(() -> BUCKETS.find(null), "bucket name must not be null."),
        wrong(() -> BUCKETS.throttle((String[]) null), "bucket names must not be null."),
        wrong(() -> BUCKETS.throttle("ten", null), "bucket name must not be null."),
        wrong(() -> BUCKETS.throttle((List<Bucket>) null), "buckets must not be null."),
        wrong(() -> BUCKETS.throttle(Arrays.asList(TEN, null)), "bucket must not be null."),
        wrong(() -> Buckets.builder().timeSource(null), "time source must not be null."),
        wrong(() -> Buckets.builder().executor(null), "executor must not be null."),
        wrong(() -> THROTTLE.withMaxWait(null), "maxWait must not be null."),
        wrong(() -> THROTTLE.withExecutor(null), "executor must not be null."),
        wrong(() -> THROTTLE.calledBy(null), "caller must not be null."),
        wrong(() -> THROTTLE.call(null), "call must not be null."),
        wrong(() -> THROTTLE.callAsync(null), "call must not be null."),
        wrong(() -> Throttling.use(null), "buckets must not be null."));
  }

  private static Arguments wrong(ThrowingCallable call, String message) {
    return Arguments.of(call, message);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void wrong(ThrowingCallable call, Object message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage("" + message);
    assertThat(TEN.waiting()).isZero();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void missing(ThrowingCallable call, Object message) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage("" + message);
    assertThat(TEN.waiting()).isZero();
  }

  @Test
  void what_is_just_right_is_taken() {
    Duration longest = Duration.ofDays(36_499);
    assertThatCode(
            () -> {
              Limit.of(Integer.MAX_VALUE, longest)
                  .withGuard(Duration.ZERO)
                  .withMaxHold(longest)
                  .withCountedWithin(Duration.ofNanos(1));
              THROTTLE.withMaxWait(Duration.ofSeconds(Long.MAX_VALUE)).withCost(10);
            })
        .as("limits at their bounds")
        .doesNotThrowAnyException();
  }

  @Test
  void a_permit_is_used_once() {
    Permit completed = THROTTLE.acquire();
    completed.close();
    completed.close();
    String rest =
        " a permit of throttle of [bucket 'ten' (10 per PT1S)] that was completed or given back"
            + " before; acquire another for the next call.";
    assertThatThrownBy(completed::complete)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot complete" + rest);
    assertThatThrownBy(completed::giveBack)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot give back" + rest);
  }
}
