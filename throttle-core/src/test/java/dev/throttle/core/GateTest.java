package dev.throttle.core;

import static dev.throttle.annotation.Priority.HIGH;
import static dev.throttle.annotation.Priority.LOW;
import static dev.throttle.annotation.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.annotation.Priority;
import org.junit.jupiter.api.Test;

/** Whom a gate lets go before those who are parked at it. */
class GateTest {

  private final Throttle throttle = new Asking().throttle("b", Limit.concurrent(1));
  private final Gate gate = Gate.of(throttle.route.slots[0]);

  /** A call on paper. */
  private static final class Waits extends Waiter {

    Waits(Throttle throttle, long ticket) {
      super(throttle);
      this.ticket = ticket;
    }

    @Override
    void ready() {}
  }

  private Line line(Priority priority, long ticket) {
    Line line = new Line(throttle.route.slots, priority, null);
    line.add(new Waits(throttle, ticket));
    return line;
  }

  private Line parked(Priority priority, long ticket) {
    Line line = line(priority, ticket);
    gate.add(line);
    line.parkedAt = gate;
    return line;
  }

  private Line insistent(Priority priority, long ticket) {
    Line line = line(priority, ticket);
    line.insistent = true;
    gate.add(line);
    return line;
  }

  private void pass(Line line, int times) {
    for (int i = 0; i < times; i++) {
      gate.granted(line, 1);
    }
  }

  @Test
  void an_empty_gate_lets_everybody_pass() {
    assertThat(gate.first()).isNull();
    assertThat(gate.lets(line(LOW, 9), 9)).isTrue();
  }

  @Test
  void within_a_priority_the_older_passes() {
    parked(NORMAL, 5);
    assertThat(gate.lets(line(NORMAL, 4), 4)).isTrue();
    assertThat(gate.lets(line(NORMAL, 6), 6)).isFalse();
  }

  @Test
  void the_first_line_passes_itself() {
    Line first = parked(NORMAL, 5);
    assertThat(gate.lets(first, 5)).isTrue();
    assertThat(gate.lets(first, 8)).as("its next call").isTrue();
  }

  @Test
  void a_higher_priority_passes_unless_the_lower_is_due() {
    Line low = parked(LOW, 1);
    Line high = line(HIGH, 2);
    assertThat(gate.lets(high, 2)).isTrue();
    pass(high, 15);
    assertThat(gate.lets(high, 2)).isTrue();
    pass(high, 1);
    assertThat(gate.lets(high, 2)).isFalse();
    assertThat(gate.mayUseReserve(low)).isTrue();
    pass(low, 1);
    assertThat(gate.lets(high, 2)).isTrue();
  }

  @Test
  void a_lower_priority_does_not_pass_a_higher_however_old_it_is() {
    parked(HIGH, 5);
    assertThat(gate.lets(line(LOW, 1), 1)).isFalse();
  }

  @Test
  void a_grant_is_no_pass_over_its_own_priority() {
    Line low = parked(LOW, 1);
    Line high = line(HIGH, 2);
    pass(low, 1);
    pass(high, 15);
    assertThat(gate.mayUseReserve(low)).isFalse();
    pass(high, 1);
    assertThat(gate.mayUseReserve(low)).isTrue();
  }

  @Test
  void nobody_younger_passes_an_insistent_line_whatever_the_priority() {
    Line insists = insistent(LOW, 5);
    assertThat(gate.lets(line(HIGH, 6), 6)).isFalse();
    assertThat(gate.lets(line(LOW, 4), 4)).isTrue();
    assertThat(gate.first()).isSameAs(insists);
    Line older = parked(HIGH, 3);
    parked(HIGH, 7);
    assertThat(gate.first()).isSameAs(older);
  }

  @Test
  void an_insistent_line_yields_to_older_tickets_only() {
    Line insists = insistent(LOW, 5);
    parked(HIGH, 6);
    assertThat(gate.lets(insists, 5)).isTrue();
    Line older = insistent(NORMAL, 4);
    assertThat(gate.lets(insists, 5)).isFalse();
    assertThat(gate.lets(older, 4)).isTrue();
  }

  @Test
  void a_line_that_is_taken_out_is_no_longer_in_the_way() {
    Line insists = insistent(LOW, 5);
    Line usual = parked(NORMAL, 6);
    gate.remove(insists);
    assertThat(gate.first()).isSameAs(usual);
    gate.remove(usual);
    assertThat(gate.isEmpty()).isTrue();
    assertThat(gate.lets(line(LOW, 9), 9)).isTrue();
  }

  @Test
  void a_fair_call_that_does_not_wait_here_has_the_turn_of_now() {
    Line first = fair("a", 1);
    gate.add(first);
    first.parkedAt = gate;
    gate.granted(first, 8); // which a key that comes now has not missed
    Line passes = fair("b", 2);
    gate.granted(passes, 1);
    Line next = fair("b", 3);
    gate.add(next);
    assertThat(gate.lets(fair("c", 4), 4)).as("one permit before b").isTrue();
    assertThat(gate.lets(fair("a", 5), 5)).isFalse();
  }

  @Test
  void a_fair_call_that_waits_here_keeps_the_turn_that_it_had() {
    Line waits = fair("a", 1);
    gate.add(waits);
    waits.parkedAt = gate;
    gate.granted(fair("b", 2), 8);
    gate.granted(waits, 8);
    assertThat(gate.lets(fair("c", 3), 3)).as("a is as far as now, and older").isFalse();
  }

  private Line fair(Object key, long ticket) {
    Line line = new Line(throttle.route.slots, NORMAL, key);
    line.add(new Waits(throttle, ticket));
    return line;
  }
}
