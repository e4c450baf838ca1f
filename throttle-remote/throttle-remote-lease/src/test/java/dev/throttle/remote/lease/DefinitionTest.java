package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DefinitionTest {

  private static final SharedLimit TEN = new SharedLimit(10, Duration.ofMinutes(1));
  private static final SharedLimit ONE = new SharedLimit(1, Duration.ofSeconds(2));

  private final Definition definition = new Definition("api", TEN);

  private static LeaseAnswer.Lease lease(SharedLimit limit, long revision) {
    return new LeaseAnswer.Lease("api", 0, limit, revision, Duration.ZERO);
  }

  @Test
  void what_counts_as_it_is_defined_is_no_news() {
    assertThat(definition.news(lease(TEN, 1), TEN)).isEmpty();
    SharedLimit rounded = new SharedLimit(10, Duration.ofMinutes(1).plusNanos(999));
    assertThat(definition.news(lease(rounded, 1), rounded)).as("by a store").isEmpty();
  }

  @Test
  void another_definition_that_counts_is_told_once_with_the_fix() {
    assertThat(definition.news(lease(ONE, 1), ONE))
        .isEqualTo(
            "Limit 'api' is defined here as 10 slots that rest PT1M, but what counts is 1 slot that"
                + " rests PT2S: an instance that was started later defines it so. Fix: define it"
                + " the same in all instances.");
    assertThat(definition.news(lease(ONE, 1), ONE)).isEmpty();
    assertThat(definition.news(lease(TEN, 1), TEN)).isEmpty();
    assertThat(definition.news(lease(ONE, 1), ONE)).as("again").isNotEmpty();
  }

  @Test
  void what_an_operator_has_said_is_told_as_such() {
    assertThat(definition.news(lease(ONE, 7), ONE))
        .endsWith(": an operator has said so. Fix: define it so here, or change it at the ledger.");
  }

  @Test
  void what_cannot_be_followed_is_told_with_the_fix() {
    SharedLimit concurrent = new SharedLimit(10, Duration.ZERO);
    assertThat(new Definition("api", concurrent).news(lease(TEN, 1), concurrent))
        .isEqualTo(
            "Limit 'api' should be 10 slots that rest PT1M as the ledger says, but goes by 10 at"
                + " once here: the length of fixed windows, and whether slots rest at all, cannot"
                + " change while it runs. Fix: define it so in the code of all instances, or change"
                + " it back at the ledger.");
  }
}
