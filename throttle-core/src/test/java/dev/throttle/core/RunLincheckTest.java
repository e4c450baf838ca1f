package dev.throttle.core;

import java.time.Duration;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of completions that join one open run with its sealing: each is counted once,
 * in the run or after it. The run used by one thread at a time is the specification.
 */
public class RunLincheckTest {

  private static final int COHORT = 3;
  private static final Terms TERMS =
      new Terms(Limit.of(1, Duration.ofNanos(10 << 10)), new FakeTime());
  private static final long BASE = Long.MAX_VALUE - 1;

  private final Run run = new Run(BASE, COHORT, 1, 10);
  private final Runs sealed = new Runs();

  /** Lincheck makes one for each interleaving. */
  public RunLincheckTest() {}

  @Operation
  public boolean joinEarly() {
    return run.join(COHORT, after(2), 1);
  }

  @Operation
  public boolean joinLate() {
    return run.join(COHORT, after(9), 5);
  }

  private static long after(long nanos) {
    return BASE + nanos; // the tick wraps
  }

  /** Holds the slots' lock, as all who seal do, and reads what was sealed. */
  @Operation(nonParallelGroup = "lock")
  public String seal() {
    if (sealed.isEmpty()) {
      run.sealInto(sealed, TERMS);
    }
    return sealed.count(0) + " at " + (sealed.firstTime() - BASE);
  }

  @Tag("once")
  @Test
  void model_checking() {
    Models.modelChecking().iterations(6).check(RunLincheckTest.class);
  }

  @Tag("once")
  @Test
  void stress() {
    Models.stress().iterations(3).actorsPerThread(3).check(RunLincheckTest.class);
  }
}
