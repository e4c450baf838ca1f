package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that sleep, and JVMs that are restored from a checkpoint: their ticks stand still. */
class AbsenceTest {

  private final VirtualTime time = new VirtualTime();
  private final VirtualTime own = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
  private final Set<String> names = new HashSet<>();
  private final Jvm jvm =
      new Jvm(
          own,
          request -> {
            names.add(request.instance());
            return ledger.renew(request);
          },
          Jvm.TEN);

  @BeforeEach
  void leaseAll() {
    for (int i = 0; i < 10; i++) {
      jvm.throttle.tryAcquire();
    }
    pass(Duration.ofMillis(500));
    assertThat(jvm.leased()).isEqualTo(10);
  }

  private void pass(Duration span) {
    for (long i = 0; i < span.toMillis(); i += 50) {
      time.advance(Duration.ofMillis(50));
      own.advance(Duration.ofMillis(50));
    }
  }

  private void sleep(Duration length) {
    time.advance(length);
    own.jumpWallClock(length);
  }

  @Test
  void who_has_slept_grants_nothing_of_a_lease_that_is_over() {
    sleep(Duration.ofHours(2));
    Jvm other = new Jvm(time, ledger, Jvm.TEN).ask(10);
    time.advance(Duration.ofSeconds(2));
    assertThat(other.granted()).isEqualTo(10);
    pass(Duration.ofMillis(100));
    assertThat(jvm.throttle.tryAcquire()).isNull();
    other.complete();
    pass(Duration.ofMinutes(5));
    assertThat(jvm.throttle.tryAcquire()).as("asks again").isNotNull();
  }

  @Test
  void a_short_sleep_brings_the_end_of_the_lease_nearer() {
    jvm.store = request -> new CompletableFuture<>();
    sleep(Duration.ofSeconds(4));
    pass(Duration.ofSeconds(3));
    assertThat(jvm.leased()).isPositive();
    pass(Duration.ofSeconds(3));
    assertThat(jvm.leased()).isZero();
    assertThat(names).hasSize(1);
  }

  @Test
  void who_was_away_for_longer_than_a_lease_is_another_instance() {
    sleep(Duration.ofSeconds(11));
    pass(Duration.ofSeconds(2));
    assertThat(names).hasSize(2);
  }

  @Test
  void a_wall_clock_that_is_set_back_changes_nothing() {
    own.jumpWallClock(Duration.ofHours(-3));
    pass(Duration.ofSeconds(1));
    assertThat(jvm.leased()).isPositive();
    assertThat(names).hasSize(1);
  }
}
