package dev.throttle.core;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of few operations on the slots of a lease that ends: from the first look that
 * shows the end on, nothing is taken.
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
  public int look() {
    return slots.inUse();
  }

  @Operation
  public void timePasses() {
    clock.nanos.addAndGet(4);
  }

  @Validate
  public void nothing_is_left_of_it_when_it_has_ended() {
    clock.nanos.addAndGet(4);
    int inUse = slots.inUse();
    if (inUse > LEASED || slots.tryTake(1, false) != Slots.NONE) {
      throw new IllegalStateException("taken after the end");
    }
  }

  @Tag("once")
  @Test
  void model_checking() {
    Models.modelChecking()
        .iterations(10)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(LeaseEndLincheckTest.class);
  }
}
