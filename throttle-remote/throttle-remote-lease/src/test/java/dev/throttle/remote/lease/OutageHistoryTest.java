package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Unreachable;
import dev.throttle.remote.lease.LeaseHistory.Counted;
import dev.throttle.remote.lease.LeaseHistory.Trouble;
import java.time.Duration;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store is out of reach of all for a while, again and again; or of some for long. */
@Tag("once")
class OutageHistoryTest {

  private static final int HISTORIES = Integer.getInteger("throttle.histories", 12);
  private static final int SEED = Integer.getInteger("throttle.seed", 1);
  private static final Network.Faults SLOW = new Network.Faults(60_000_000, 0, 10);

  /** So long after the store is back, all have asked again, and what they granted was counted. */
  private static final Duration ALL_HEARD = Duration.ofSeconds(3);

  private static LeaseHistory history(
      int seed, Unreachable policy, boolean crashes, boolean losses) {
    Trouble trouble = new Trouble(SLOW, crashes, false, losses, true, policy);
    return new LeaseHistory(seed, trouble).run(1 + seed % 6, Duration.ofSeconds(40));
  }

  /** Checks that no more are counted than that, and returns in how many limits it was more. */
  private static int check(
      LeaseHistory history, int seed, Duration from, ToIntFunction<Counted> most) {
    int above = 0;
    for (Counted of : history.limits()) {
      int counted = of.mostWithinOnePeriod(from);
      assertThat(counted)
          .as("seed %d, %s of %s", seed, of.name, of.limit)
          .isLessThanOrEqualTo(most.applyAsInt(of));
      above += counted > of.limit.permits() ? 1 : 0;
    }
    return above;
  }

  private static void checkPromise(LeaseHistory history, int seed, Duration from) {
    check(history, seed, from, of -> of.limit.permits());
  }

  @ParameterizedTest
  @CsvSource({
    "WAIT, false, false",
    "WAIT, true, true",
    "SHARE, false, false",
    "SHARE, true, false",
    "SHARE, true, true"
  })
  void no_more_than_the_limit(Unreachable policy, boolean crashes, boolean losses) {
    int withoutStore =
        IntStream.range(SEED, SEED + HISTORIES)
            .map(
                seed -> {
                  LeaseHistory history = history(seed, policy, crashes, losses);
                  checkPromise(history, seed, Duration.ZERO);
                  assertThat(history.everybodyGetsHisTurn()).as("seed %d", seed).isTrue();
                  checkPromise(history, seed, Duration.ZERO);
                  return history.countedWithoutStore;
                })
            .sum();
    if (policy == Unreachable.WAIT) {
      assertThat(withoutStore).isZero();
    } else {
      assertThat(withoutStore).isGreaterThan(HISTORIES);
    }
  }

  private static void checkFromNowOn(LeaseHistory history, int seed) {
    Duration from = history.elapsed().plus(ALL_HEARD);
    history.calm(Duration.ofSeconds(20));
    checkPromise(history, seed, from);
    assertThat(history.everybodyGetsHisTurn()).as("seed %d", seed).isTrue();
    checkPromise(history, seed, from);
  }

  @Test
  void open_is_the_limit_for_each_and_afterwards_for_all() {
    int above = 0;
    for (int seed = SEED; seed < SEED + HISTORIES; seed++) {
      LeaseHistory history = history(seed, Unreachable.OPEN, false, false);
      int instances = 1 + seed % 6;
      above += check(history, seed, Duration.ZERO, of -> of.limit.permits() * instances);
      checkFromNowOn(history, seed);
    }
    assertThat(above).isPositive();
  }

  @Test
  void each_that_alone_cannot_reach_the_store_adds_its_share() {
    int above = 0;
    for (int seed = SEED; seed < SEED + HISTORIES; seed++) {
      int instances = 2 + seed % 5;
      int parted = 1 + seed % (instances - 1);
      Trouble none = new Trouble(SLOW, false, false, false, false, Unreachable.SHARE);
      LeaseHistory history = new LeaseHistory(seed, none).run(instances, Duration.ofSeconds(8));
      history.part(parted, Duration.ofSeconds(20));
      above +=
          check(
              history,
              seed,
              Duration.ZERO,
              of -> of.limit.permits() + parted * (of.limit.permits() / instances));
      checkFromNowOn(history, seed);
    }
    assertThat(above).isPositive();
  }
}
