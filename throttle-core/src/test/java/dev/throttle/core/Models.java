package dev.throttle.core;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * How Lincheck is to check models of this package. Each scenario is played by 100 interleavings, or
 * by {@code -Dthrottle.interleavings=…}.
 */
final class Models {

  private static final int INTERLEAVINGS = Integer.getInteger("throttle.interleavings", 100);

  private Models() {}

  /** Returns options for models of two threads, whose spinning in vain is no hang. */
  static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .invocationsPerIteration(INTERLEAVINGS)
        .threads(2)
        .actorsPerThread(3)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(Collision.class.getName()).allMethods().ignore());
  }

  /** Returns options for two threads that run as the machine lets them. */
  static StressOptions stress() {
    return new StressOptions().invocationsPerIteration(INTERLEAVINGS).threads(2);
  }
}
