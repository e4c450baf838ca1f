package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that do not wait and take more permits than a fair share of the limit is. */
class DearImpatientCallsTest {

  private final VirtualTime time = new VirtualTime();
  private final MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));

  private List<Jvm> jvms(int count, Limit limit) {
    List<Jvm> jvms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jvms.add(new Jvm(time, ledger, limit));
    }
    return jvms;
  }

  private static boolean isGranted(Jvm jvm, int cost) {
    Permit permit = jvm.throttle.withCost(cost).tryAcquire();
    if (permit != null) {
      permit.close();
    }
    return permit != null;
  }

  /** Has calls wait at any time, of all but the first instance. */
  private static void waitAtAllTimes(List<Jvm> jvms, int calls, long[] granted) {
    for (int i = 1; i < jvms.size(); i++) {
      for (int j = 0; j < calls; j++) {
        waitAgain(jvms.get(i), granted, i);
      }
    }
  }

  private static void waitAgain(Jvm jvm, long[] granted, int index) {
    jvm.throttle
        .acquireAsync()
        .thenAccept(
            permit -> {
              permit.close();
              granted[index]++;
              waitAgain(jvm, granted, index);
            });
  }

  @ParameterizedTest
  @CsvSource({"400,PT20S", "5000,PT20S", "200,PT2S", "5000,PT5S"})
  void those_that_are_tried_again_and_again_are_granted(int gapMillis, Duration period) {
    List<Jvm> jvms = jvms(4, Limit.of(10, period));
    long[] granted = new long[4];
    int tries = (int) (period.multipliedBy(20).toMillis() / gapMillis);
    for (int i = 0; i < 4 * tries; i++) {
      granted[i % 4] += isGranted(jvms.get(i % 4), 5) ? 1 : 0;
      time.advance(Duration.ofMillis(gapMillis).dividedBy(4));
    }
    assertThat(Arrays.stream(granted).sum()).as("of 40").isGreaterThanOrEqualTo(20);
    assertThat(Arrays.stream(granted).min().orElseThrow()).isGreaterThanOrEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"1000,PT20S,110", "100,PT2S,100", "1000,PT2S,60", "5000,PT2S,20"})
  void beside_calls_that_wait_they_get_no_more_than_they_would_if_they_waited(
      int gapMillis, Duration period, int least) {
    List<Jvm> jvms = jvms(4, Limit.of(12, period));
    long[] granted = new long[4];
    waitAtAllTimes(jvms, 12, granted);
    int tries = (int) (period.multipliedBy(20).toMillis() / gapMillis);
    for (int i = 0; i < tries; i++) {
      granted[0] += isGranted(jvms.get(0), 6) ? 6 : 0;
      time.advance(Duration.ofMillis(gapMillis));
    }
    assertThat(granted[0]).as("of 240, and 120 if they waited").isBetween((long) least, 126L);
    assertThat(granted[1] + granted[2] + granted[3]).isGreaterThan(110);
  }

  @Test
  void beside_a_reserve_they_are_granted_too() {
    List<Jvm> jvms = jvms(4, Limit.of(20, Duration.ofSeconds(10)).withReserve(50));
    int granted = 0;
    for (int i = 0; i < 600; i++) {
      granted += isGranted(jvms.get(i % 4), 5) ? 1 : 0;
      time.advance(Duration.ofMillis(500));
    }
    assertThat(granted).as("of 60 without leases").isGreaterThan(30);
  }

  @Test
  void one_that_never_comes_back_costs_the_others_little() {
    List<Jvm> jvms = jvms(4, Limit.of(12, Duration.ofSeconds(2)));
    long[] granted = new long[4];
    waitAtAllTimes(jvms, 12, granted);
    isGranted(jvms.get(0), 6);
    time.advance(Duration.ofSeconds(60));
    long others = Arrays.stream(granted).sum();
    assertThat(others).as("of 270 beside another who wants as much").isGreaterThan(250);
  }

  @Test
  void slots_that_are_kept_for_one_are_not_kept_when_the_limit_is_lowered() {
    MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
    Jvm dear = new Jvm(time, ledger, Jvm.TEN);
    Jvm other = new Jvm(time, ledger, Jvm.TEN);
    other.ask(5);
    time.advance(Duration.ofSeconds(2));
    assertThat(other.granted()).isEqualTo(5);
    assertThat(dear.throttle.withCost(5).tryAcquire()).isNull();
    time.advance(Duration.ofSeconds(2));
    assertThat(dear.leased()).isEqualTo(5);
    ledger.change("api", new SharedLimit(6, Duration.ofMillis(60_001)));
    time.advance(Duration.ofSeconds(3));
    assertThat(dear.buckets.bucket("api").limits().get(0).permits()).as("it knows").isEqualTo(6);
    assertThat(dear.leased()).as("beside five that are in use").isLessThanOrEqualTo(1);
  }
}
