package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OthersAfterChangeTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;

  private static Signal left(long permits) {
    return new Signal(false, null, List.of(Quota.left(permits)));
  }

  private static Signal refused(Quota quota) {
    return new Signal(true, null, List.of(quota));
  }

  private static void answered(Throttle throttle, Signal signal) {
    Permit permit = throttle.acquire();
    permit.close(permit.sent().heed(signal));
  }

  /** Others.forget divides by the time between two slots, which is zero for a limit at once. */
  @Test
  void a_bucket_that_others_use_may_become_one_of_calls_at_once() {
    Throttle throttle = asking.throttle("api", perNanos(10, 1_000));
    answered(throttle, left(3));
    buckets.bucket("api").change(Limit.concurrent(10));
    asking.time.advance(10_000);
    assertThat(buckets.bucket("api").inUse()).isZero();
  }

  /** What is out of use of 100 is 100 slots; of a limit of 1 it can be one at most. */
  @Test
  void a_smaller_limit_is_tried_again_after_a_period_of_silence() {
    Throttle throttle = asking.throttle("api", perNanos(100, 1_000));
    answered(throttle, refused(Quota.left(0)));
    buckets.bucket("api").change(perNanos(1, 1_000));
    CompletableFuture<Permit> waits = throttle.acquireAsync();
    asking.time.advance(5_000);
    assertThat(waits).isCompleted();
  }

  @Test
  void a_shorter_period_is_what_counts_for_trying_again() {
    Throttle throttle = asking.throttle("api", perNanos(10, 1_000_000));
    answered(throttle, refused(Quota.left(0)));
    buckets.bucket("api").change(perNanos(10, 1_000));
    CompletableFuture<Permit> waits = throttle.acquireAsync();
    asking.time.advance(5_000);
    assertThat(waits).isCompleted();
  }
}
