package dev.throttle.aspect;

import dev.throttle.annotation.GeneratedWeavingMarker;
import dev.throttle.core.Throttling;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/** Makes the classes that the processor generated report that they, and those beside them, were woven. */
public aspect WeavingMarkers {

  @SuppressAjWarnings("adviceDidNotMatch")
  boolean around(): execution(@GeneratedWeavingMarker static boolean *()) {
    Throttling.confirmWoven(thisJoinPointStaticPart.getSignature().getDeclaringType());
    return true;
  }
}
