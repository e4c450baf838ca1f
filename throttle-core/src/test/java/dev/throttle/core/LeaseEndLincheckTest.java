package dev.throttle.core;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of few operations on the slots of a lease that ends: what is taken was free
 * and leased at one and the same instant.
 */
public class LeaseEndLincheckTest {

  private static final int LEASED = 1;

  private final SlotsLincheckTest.Clock clock = new SlotsLincheckTest.Clock();
  private final Slots slots =
      TestBuckets.slots(
          Limit.concurrent(2).withMaxHold(Duration.ofNanos(4_000)),
          clock,
          new ThrottleListener() {});

  private final ConcurrentLinkedQueue<Integer> held = new ConcurrentLinkedQueue<>();

  /** Lincheck makes one for each interleaving. */
  public LeaseEndLincheckTest() {
    lease();
    take();
  }

  /** Leases for less than a step of the clock. */
  @Operation
  public void lease() {
    slots.change(slots.terms().leasing(LEASED, clock.nanos() + 3));
  }

  @Operation
  public boolean take() {
    int cohort = slots.tryTake(1, false);
    return cohort != Slots.NONE && held.add(cohort);
  }

  /** In one thread only, since it is two steps. */
  @Operation(nonParallelGroup = "giver")
  public void giveBack() {
    Integer cohort = held.poll();
    if (cohort != null) {
      slots.giveBack(cohort, 1);
    }
  }

  @Operation
  public void timePasses() {
    clock.nanos.addAndGet(4);
  }

  @Validate
  public void nothing_is_left_of_it_when_it_has_ended() {
    clock.nanos.addAndGet(4);
    if (slots.tryTake(1, false) != Slots.NONE) {
      throw new IllegalStateException("taken after the end");
    }
  }

  @Test
  void model_checking() {
    Models.modelChecking()
        .iterations(10)
        .invocationsPerIteration(100)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(LeaseEndLincheckTest.class);
  }
}
