package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsedOfPartTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;

  private static void answered(Throttle throttle, Signal signal) {
    Permit permit = throttle.acquire();
    permit.close(permit.sent().heed(signal));
  }

  /** Of left it is so: a_client_that_was_given_a_part_is_told_of_the_whole. */
  @Test
  void what_is_used_of_the_whole_is_not_used_of_the_part() {
    Throttle throttle = asking.throttle("shop", perNanos(20, 1_000));
    answered(throttle, new Signal(false, null, List.of(Quota.used(21).of(40)))); // 19 are left
    assertThat(buckets.bucket("shop").inUse()).isEqualTo(1);
  }
}
