package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsedOfAnotherPeriodTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;

  private static void answered(Throttle throttle, Signal signal) {
    Permit permit = throttle.acquire();
    permit.close(permit.sent().heed(signal));
  }

  /** Binance tells the orders of a day beside the weight of a minute. */
  @Test
  void what_is_used_in_a_day_is_not_used_in_a_minute() {
    Throttle throttle = asking.throttle("weight", Limit.of(6_000, Duration.ofMinutes(1)));
    Quota weight = Quota.used(1).per(Duration.ofMinutes(1));
    Quota orders = Quota.used(7_000).per(Duration.ofDays(1));
    answered(throttle, new Signal(false, null, List.of(weight, orders)));
    assertThat(buckets.bucket("weight").inUse()).isEqualTo(1);
  }
}
