package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That nobody has slots which he cannot use, while others could. */
class OthersWantsTest {

  private static final Limit HUNDRED = Limit.of(100, Duration.ofSeconds(10));
  private static final Limit RARE = Limit.of(1, Duration.ofHours(20));

  private final VirtualTime time = new VirtualTime();
  private MemoryLeaseStore ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));

  private Buckets jvm(Limit limit) {
    return jvm(limit, null);
  }

  /** Returns the buckets of a JVM that shares "api", and "also" too if that has a limit. */
  private Buckets jvm(Limit limit, @Nullable Limit also) {
    Buckets buckets = Buckets.builder().timeSource(time).executor(Runnable::run).build();
    SharedBuckets shared = SharedBuckets.of(ledger).timeSource(time).start();
    shared.share(buckets.define("api", limit));
    if (also != null) {
      shared.share(buckets.define("also", also));
    }
    return buckets;
  }

  private long run(int seconds, Busy... all) {
    return Busy.run(time, Duration.ofSeconds(seconds), all);
  }

  private long usedBesides(Buckets other, int permits) {
    Busy both = new Busy(other.throttle("api", "also"), 200);
    run(30, both);
    Limit limit = Limit.of(permits, Duration.ofSeconds(10));
    Busy only = new Busy(jvm(limit).throttle("api"), 200);
    run(30, both, only);
    long before = only.granted;
    run(200, both, only);
    return only.granted - before;
  }

  @ParameterizedTest
  @CsvSource({"100, 1900", "1, 10"})
  void calls_that_wait_for_a_local_limit_keep_no_slots_of_a_shared_one(int permits, int least) {
    Buckets other = jvm(Limit.of(permits, Duration.ofSeconds(10)));
    other.define("also", RARE);
    assertThat(usedBesides(other, permits)).isGreaterThanOrEqualTo(least);
  }

  @ParameterizedTest
  @CsvSource({"100, 1900", "1, 10"})
  void calls_that_wait_for_another_shared_limit_keep_no_slots_of_one(int permits, int least) {
    Buckets other = jvm(Limit.of(permits, Duration.ofSeconds(10)), RARE);
    assertThat(usedBesides(other, permits)).isGreaterThanOrEqualTo(least);
  }

  @Test
  void calls_of_one_key_that_wait_for_its_own_limit_keep_no_slots_of_a_shared_one() {
    Buckets keyed = jvm(HUNDRED);
    keyed.defineKeyed("user", Limit.of(1, Duration.ofSeconds(10)));
    Busy both = new Busy(keyed.keyedThrottle("api", "user").of("hot"), 500);
    Busy only = new Busy(jvm(HUNDRED).throttle("api"), 200);
    run(30, both, only);
    assertThat(run(200, both, only)).isGreaterThanOrEqualTo(95 * 20);
  }

  @Test
  void nine_that_wait_for_something_else_keep_two_slots_each_from_the_tenth() {
    List<Busy> others = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Buckets buckets = jvm(HUNDRED);
      buckets.define("also", RARE);
      others.add(new Busy(buckets.throttle("api", "also"), 50));
    }
    run(30, others.toArray(Busy[]::new));
    Busy only = new Busy(jvm(HUNDRED).throttle("api"), 300);
    run(60, only);
    assertThat(run(200, only)).isGreaterThanOrEqualTo(80 * 20);
  }

  @Test
  void calls_that_need_slots_of_two_shared_limits_use_them_well() {
    Busy one = new Busy(jvm(HUNDRED, HUNDRED).throttle("api", "also"), 200);
    Busy other = new Busy(jvm(HUNDRED, HUNDRED).throttle("also", "api"), 200);
    run(60, one, other);
    assertThat(run(200, one, other)).isGreaterThanOrEqualTo(95 * 20);
  }

  @Test
  void a_burst_that_was_refused_once_keeps_nothing_from_others_for_minutes() {
    Throttle idle = jvm(HUNDRED).throttle("api");
    for (int i = 0; i < 100; i++) {
      idle.tryAcquire();
    }
    Busy other = new Busy(jvm(HUNDRED).throttle("api"), 300);
    run(60, other);
    assertThat(run(200, other)).isGreaterThanOrEqualTo(95 * 20);
  }

  @ParameterizedTest
  @CsvSource({"2, 100", "5, 100", "10, 100", "5, 60", "10, 60"})
  void a_dear_call_that_was_granted_is_forgotten(int seconds, int cost) {
    long usual = used(seconds, 0);
    assertThat(used(seconds, cost)).isGreaterThanOrEqualTo(Math.min(usual, 95));
  }

  /** Returns how many of 100 permits are used by two that always have calls. */
  private long used(int seconds, int dearCost) {
    ledger = MemoryLeaseStore.fresh(time, Duration.ofSeconds(10));
    Limit limit = Limit.of(100, Duration.ofSeconds(seconds));
    Throttle one = jvm(limit).throttle("api");
    Busy first = new Busy(one, 300);
    Busy second = new Busy(jvm(limit).throttle("api"), 300);
    run(30, first, second);
    if (dearCost > 0) {
      CompletableFuture<Permit> dear = one.withCost("api", dearCost).acquireAsync();
      run(100, first, second);
      dear.join().close();
    }
    run(2 * seconds, first, second);
    return run(15 * seconds, first, second) / 15;
  }
}
