package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SilenceAfterResetTest {

  private final Asking asking = new Asking();

  private static void answered(Throttle throttle, Signal signal) {
    Permit permit = throttle.acquire();
    permit.close(permit.sent().heed(signal));
  }

  /** A client alone that was started anew in the provider's period, which ends in a moment. */
  @Test
  void a_client_need_not_be_silent_for_a_period_after_a_reset_that_it_was_told_of() {
    Duration hour = Duration.ofHours(1);
    Throttle throttle = asking.throttle("api", Limit.of(10, hour));
    Quota quota = Quota.left(0).of(10).per(hour).resetIn(Duration.ofSeconds(10));
    answered(throttle, new Signal(true, Duration.ofSeconds(10), List.of(quota)));
    CompletableFuture<Permit> waits = throttle.acquireAsync();
    asking.time.advance(Duration.ofMinutes(5).toNanos());
    assertThat(waits).isCompleted();
  }
}
