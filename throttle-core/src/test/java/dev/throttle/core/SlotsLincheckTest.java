package dev.throttle.core;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of few operations on the slots of one bucket: taking, completing and giving
 * back while cohorts turn, runs are sealed and the gate closes. The sequential slots are the
 * specification; besides, none may be lost or come twice.
 */
public class SlotsLincheckTest {

  private static final int PERMITS = 2;

  private final Clock clock = new Clock();

  /**
   * Rests of 10 ns, holds of 40 ns, hence cohorts of 5 ns: a turn every other step of the clock.
   */
  private final Slots slots =
      TestBuckets.slots(
          Limit.of(PERMITS, Duration.ofNanos(10))
              .withGuard(Duration.ZERO)
              .withMaxHold(Duration.ofNanos(40)),
          clock,
          new ThrottleListener() {});

  private final ConcurrentLinkedQueue<Integer> held = new ConcurrentLinkedQueue<>();

  /** Lincheck makes one for each interleaving. */
  public SlotsLincheckTest() {}

  @Operation
  public boolean take() {
    return hold(slots.tryTake(1, false));
  }

  @Operation
  public boolean takeInTurn() {
    return hold(slots.takeInTurn(1, false));
  }

  private boolean hold(int cohort) {
    return cohort != Slots.NONE && held.add(cohort);
  }

  @Operation
  public void complete() {
    Integer cohort = held.poll();
    if (cohort != null) {
      slots.complete(cohort, 1);
    }
  }

  @Operation
  public void giveBack() {
    Integer cohort = held.poll();
    if (cohort != null) {
      slots.giveBack(cohort, 1);
    }
  }

  @Operation
  public void closeGate() {
    slots.closeGate();
  }

  @Operation
  public void openGate() {
    slots.openGate();
  }

  @Operation
  public void timePasses() {
    clock.nanos.addAndGet(4);
  }

  @Validate
  public void none_is_lost_or_comes_twice() {
    for (Integer cohort = held.poll(); cohort != null; cohort = held.poll()) {
      slots.complete(cohort, 1);
    }
    for (int i = 0; i < 4; i++) {
      clock.nanos.addAndGet(100);
      int inUse = slots.inUse();
      if (inUse < 0 || inUse > PERMITS) {
        throw new IllegalStateException(inUse + " slots of " + PERMITS + " are in use");
      }
    }
    if (slots.inUse() != 0) {
      throw new IllegalStateException(slots.inUse() + " slots were lost");
    }
  }

  @Tag("once")
  @Test
  void model_checking() {
    Models.modelChecking()
        .iterations(12)
        .actorsBefore(3)
        .actorsAfter(2)
        .check(SlotsLincheckTest.class);
  }

  @Tag("once")
  @Test
  void stress() {
    Models.stress()
        .iterations(5)
        .actorsPerThread(4)
        .actorsBefore(3)
        .actorsAfter(2)
        .check(SlotsLincheckTest.class);
  }

  /** A clock that several threads may set; nobody needs its timers. */
  static final class Clock implements TimeSource {

    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

    @Override
    public long nanos() {
      return nanos.get();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      return () -> {};
    }
  }
}
