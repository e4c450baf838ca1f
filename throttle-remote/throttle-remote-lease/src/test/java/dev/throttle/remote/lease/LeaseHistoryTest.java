package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.remote.lease.LeaseHistory.Trouble;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever goes wrong: in no interval of one period does the provider count more than the limit.
 */
class LeaseHistoryTest {

  private static final int HISTORIES = Integer.getInteger("throttle.histories", 60);
  private static final long SEED = Long.getLong("throttle.seed", 1);

  private static final Network.Faults CALM = new Network.Faults(5_000_000, 0, 0);
  private static final Network.Faults BAD = new Network.Faults(300_000_000, 10, 10);

  private static void check(Trouble trouble) {
    LongStream.range(SEED, SEED + HISTORIES)
        .forEach(
            seed -> {
              LeaseHistory history =
                  new LeaseHistory(seed, trouble).run(1 + (int) (seed % 6), Duration.ofSeconds(20));
              checkPromise(history, seed);
              assertThat(history.everybodyGetsHisTurn()).as("seed %d", seed).isTrue();
              checkPromise(history, seed);
            });
  }

  private static void checkPromise(LeaseHistory history, long seed) {
    for (LeaseHistory.Counted of : history.limits()) {
      assertThat(of.mostWithinOnePeriod())
          .as("seed %d, %s of %s", seed, of.name, of.limit)
          .isBetween(1, of.limit.permits());
    }
  }

  @Test
  void in_calm() {
    check(new Trouble(CALM, false, false, false));
  }

  @Test
  void on_a_bad_network() {
    check(new Trouble(BAD, false, true, false));
  }

  @Test
  void when_instances_crash() {
    check(new Trouble(BAD, true, true, false));
  }

  @Test
  void when_the_ledger_is_lost() {
    check(new Trouble(BAD, true, true, true));
  }
}
