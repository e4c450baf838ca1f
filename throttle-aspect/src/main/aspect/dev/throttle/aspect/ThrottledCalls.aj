package dev.throttle.aspect;

import dev.throttle.core.Throttle;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.Callable;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/**
 * Makes calls through annotated interfaces take their turn, and tells the body or client hook behind
 * them that they have. Two advices, for the reasons given at {@link ThrottledBodies}.
 */
public aspect ThrottledCalls {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.callSite() && !Throttled.returnsStage() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Throttle due = plan == null ? null : plan.due();
    long stamp = due == null ? 0 : due.begin();
    if (plan != null) {
      plan.handOver();
    }
    try {
      return proceed();
    } finally {
      if (plan != null) {
        plan.takeBack();
      }
      if (due != null) {
        due.end(stamp);
      }
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around():
      Throttled.callSite()
      && !Throttled.returnsPlainValue()
      && if(Plans.isDeferred(thisJoinPointStaticPart)) {
    try {
      return Plans.of(thisJoinPointStaticPart).invokeCallSite(
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
