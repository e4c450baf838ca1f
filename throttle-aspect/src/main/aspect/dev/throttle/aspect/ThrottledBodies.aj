package dev.throttle.aspect;

import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.Callable;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/**
 * Makes annotated bodies take their turn.
 *
 * <p>Two advices, since one that closes over {@code proceed} allocates wherever it applies: the first
 * brackets and allocates nothing, the second makes a closure where nobody waits. Which one a return
 * type needs is known to the plan, and mostly to the pointcut already; the other then steps aside.
 *
 * <p>{@code proceed} stands in one place only, although that takes more conditions: AspectJ boxes a
 * primitive result there, and HotSpot saves the box only if it can come from nowhere else.
 */
public aspect ThrottledBodies {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.body() && !Throttled.returnsStage() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Throttle due = plan == null ? null : plan.due();
    long stamp = due == null ? 0 : due.begin();
    try {
      return proceed();
    } finally {
      if (due != null) {
        due.end(stamp);
      }
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around():
      Throttled.body()
      && !Throttled.returnsPlainValue()
      && if(Plans.isDeferred(thisJoinPointStaticPart)) {
    try {
      return Plans.of(thisJoinPointStaticPart).invoke(
          new Callable<Object>() {
            @Override
            public Object call() {
              return proceed();
            }
          });
    } catch (Throwable e) {
      throw Plans.<RuntimeException>rethrow(e);
    }
  }
}
