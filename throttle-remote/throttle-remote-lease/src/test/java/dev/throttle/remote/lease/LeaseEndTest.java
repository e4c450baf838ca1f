package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.TimeSource;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That a lease ends, whatever goes on in its JVM. */
class LeaseEndTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Limit TEN = Limit.of(10, Duration.ofSeconds(20));

  /** Whose timers are held up from some time on, as by a listener that blocks their thread. */
  private static final class StuckTimers implements TimeSource {
    final VirtualTime time;
    boolean stuck;

    StuckTimers(VirtualTime time) {
      this.time = time;
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      return time.schedule(
          delayNanos,
          () -> {
            if (!stuck) {
              task.run();
            }
          });
    }
  }

  @Test
  void a_jvm_whose_timers_are_held_up_grants_nothing_after_the_end_of_its_lease() {
    VirtualTime time = new VirtualTime();
    StuckTimers timers = new StuckTimers(time);
    Buckets buckets = Buckets.builder().timeSource(timers).executor(Runnable::run).build();
    SharedBuckets.of(MemoryLeaseStore.fresh(time, LEASE))
        .timeSource(timers)
        .maxCall(Duration.ofSeconds(5))
        .start()
        .share(buckets.define("api", TEN));
    Throttle throttle = buckets.throttle("api");
    for (int i = 0; i < 30; i++) {
      takeOne(throttle);
      time.advance(Duration.ofSeconds(1));
    }
    timers.stuck = true;
    int granted = 0;
    for (int i = 0; i < 10; i++) {
      granted += takeOne(throttle);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(granted).as("until the lease has ended").isPositive();
    for (int i = 0; i < 100; i++) {
      assertThat(takeOne(throttle)).isZero();
      time.advance(Duration.ofSeconds(1));
    }
  }

  private static int takeOne(Throttle throttle) {
    Permit permit = throttle.tryAcquire();
    if (permit == null) {
      return 0;
    }
    permit.close();
    return 1;
  }
}
