package dev.throttle.remote.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerDocumentTest {

  private static final Duration LEASE = Duration.ofSeconds(10);

  private static LedgerDocument used(LedgerDocument document) {
    LeaseRequest.Use use = new LeaseRequest.Use(0, 0, 3, 1);
    SharedLimit limit = new SharedLimit(10, Duration.ofSeconds(60));
    LeaseRequest.Account account =
        new LeaseRequest.Account("api", limit, 0, Duration.ofSeconds(5), 0, use, Duration.ZERO);
    Ledger ledger = Ledger.of(document.state());
    ledger.renew(
        new LeaseRequest("one", 1, "", List.of(account), false, false), LEASE, document.seen());
    return document.with(ledger.state());
  }

  private static final long SECOND = 1_000_000_000;
  private static final long HOUR = 3_600 * SECOND;

  @Test
  void time_goes_on_from_where_it_was_when_the_clock_is_set_back() {
    LedgerDocument document = LedgerDocument.begin("life", 1_000, false);
    assertThat(document.seen()).isEqualTo(1_000);
    document = document.reopened("life", 1_500).reopened("life", 200);
    assertThat(document.seen()).isEqualTo(1_500);
    document = document.reopened("life", 300);
    assertThat(document.seen()).isEqualTo(1_600);
    assertThat(document.ahead()).isEqualTo(1_300);
    document = document.reopened("life", 100);
    assertThat(document.seen()).as("set back again").isEqualTo(1_600);
    assertThat(document.reopened("life", 150).seen()).isEqualTo(1_650);
  }

  @Test
  void a_clock_that_is_put_right_is_no_jump() {
    LedgerDocument document = LedgerDocument.begin("life", 10 * HOUR, false);
    document = document.reopened("life", 9 * HOUR).reopened("life", 9 * HOUR + SECOND);
    assertThat(document.seen()).isEqualTo(10 * HOUR + SECOND);
    document = document.reopened("life", 10 * HOUR + 2 * SECOND);
    assertThat(document.seen()).isEqualTo(10 * HOUR + 2 * SECOND);
    assertThat(document.ahead()).isZero();
  }

  @Test
  void a_clock_that_is_put_right_by_steps_or_not_quite_is_a_jump_of_a_second_at_most() {
    LedgerDocument back = LedgerDocument.begin("life", 10 * HOUR, false).reopened("life", 8 * HOUR);
    LedgerDocument half = back.reopened("life", 9 * HOUR);
    assertThat(half.seen()).isEqualTo(10 * HOUR + SECOND);
    LedgerDocument nearly = half.reopened("life", 10 * HOUR);
    assertThat(nearly.seen()).isEqualTo(10 * HOUR + 2 * SECOND);
    assertThat(nearly.reopened("life", 10 * HOUR + 3 * SECOND).ahead()).isZero();
  }

  @Test
  void ticks_may_wrap() {
    LedgerDocument document = LedgerDocument.begin("life", Long.MAX_VALUE - 5, false);
    document = document.reopened("life", Long.MAX_VALUE + 5);
    assertThat(document.seen()).isEqualTo(Long.MAX_VALUE + 5);
    document = document.reopened("life", Long.MAX_VALUE - 3).reopened("life", Long.MAX_VALUE);
    assertThat(document.seen()).isEqualTo(Long.MAX_VALUE + 8);
  }

  @Test
  void in_another_life_it_learns_and_forgets_nothing() {
    LedgerDocument document = used(LedgerDocument.begin("life", 1_000, false));
    LedgerDocument same = document.reopened("life", 2_000);
    assertThat(same.state()).isEqualTo(document.state());
    LedgerDocument another = same.reopened("another", 3_000);
    assertThat(another.life()).isEqualTo("another");
    assertThat(another.state().epoch()).isNotEqualTo(document.state().epoch());
    assertThat(another.state().learns()).isTrue();
    assertThat(another.state().learnsSince()).isEqualTo(3_000);
    assertThat(another.state().accounts()).isEqualTo(document.state().accounts());
    assertThat(another.reopened("another", 4_000).state()).isEqualTo(another.state());
  }

  @Test
  void who_does_not_know_the_life_takes_it_for_the_same() {
    LedgerDocument document = LedgerDocument.begin("life", 1_000, false);
    LedgerDocument unknown = document.reopened(null, 2_000);
    assertThat(unknown.state()).isEqualTo(document.state());
    assertThat(unknown.reopened("life", 3_000).state()).isEqualTo(document.state());
    assertThat(LedgerDocument.begin(null, 1_000, true).life()).isEmpty();
  }

  @Test
  void a_state_that_cannot_be_is_refused() {
    LedgerState state = used(LedgerDocument.begin("life", 1_000, false)).state();
    assertThatThrownBy(
            () -> new LedgerState(state.epoch(), false, 0, 0, Map.of(), state.accounts()))
        .hasMessage("who holds something must be known.");
    assertThatThrownBy(() -> new LedgerState(" ", false, 0, 0, Map.of(), Map.of()))
        .hasMessage("epoch must not be blank.");
  }
}
