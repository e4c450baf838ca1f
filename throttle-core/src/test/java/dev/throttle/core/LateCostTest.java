package dev.throttle.core;

import static dev.throttle.core.Asking.perNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateCostTest {

  private final Asking asking = new Asking();
  private final Buckets buckets = asking.buckets;

  private static Signal left(long permits) {
    return new Signal(false, null, List.of(Quota.left(permits)));
  }

  @Test
  void a_client_alone_that_learns_its_costs_late_is_not_two() {
    Throttle throttle = asking.throttle("tokens", perNanos(100, 1_000)).withCost(10);
    Permit first = throttle.acquire(); // will have cost 30, which the provider knows first
    Permit second = throttle.acquire();
    Sent sent = second.sent();
    asking.time.advance(10);
    second.close(sent.heed(left(60))); // 100 - 30 - 10
    first.adjust(30);
    first.complete();
    assertThat(buckets.bucket("tokens").inUse()).isEqualTo(40);
  }
}
