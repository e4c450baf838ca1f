package dev.throttle.core;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** How Lincheck is to check models of this package. */
final class Models {

  private Models() {}

  /** Returns options for models of two threads, whose spinning in vain is no hang. */
  static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(Collision.class.getName()).allMethods().ignore());
  }
}
