package dev.throttle.aspect;

import dev.throttle.core.plan.CallWithArguments;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.Callable;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/**
 * Makes calls through annotated interfaces take their turn, and tells the body or client hook behind
 * them that they have. The advices are of four kinds, for the reasons given at {@link ThrottledBodies}.
 */
public aspect ThrottledCalls {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.callSite() && Throttled.returnsReference() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Plans.beginCall(plan);
    try {
      return proceed();
    } finally {
      Plans.endCall(plan);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  int around(): Throttled.callSite() && Throttled.returnsInt() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Plans.beginCall(plan);
    try {
      return proceed();
    } finally {
      Plans.endCall(plan);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  long around(): Throttled.callSite() && Throttled.returnsLong() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Plans.beginCall(plan);
    try {
      return proceed();
    } finally {
      Plans.endCall(plan);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  float around(): Throttled.callSite() && Throttled.returnsFloat() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Plans.beginCall(plan);
    try {
      return proceed();
    } finally {
      Plans.endCall(plan);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  double around(): Throttled.callSite() && Throttled.returnsDouble() {
    MethodPlan plan = Plans.ofPlain(thisJoinPointStaticPart);
    Plans.beginCall(plan);
    try {
      return proceed();
    } finally {
      Plans.endCall(plan);
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

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.callSiteReadingArguments() {
    MethodPlan plan = Plans.of(thisJoinPointStaticPart);
    if (plan == null) {
      return proceed();
    }
    try {
      return plan.invokeCallSite(
          thisJoinPoint.getArgs(),
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

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(Object continuation): Throttled.suspendCallSite() && args(.., continuation) {
    MethodPlan plan = Plans.of(thisJoinPointStaticPart);
    if (plan == null) {
      return proceed(continuation);
    }
    try {
      return plan.invokeCallSite(
          thisJoinPoint.getArgs(),
          new CallWithArguments() {
            @Override
            public Object make(Object[] arguments) {
              return proceed(arguments[arguments.length - 1]);
            }
          });
    } catch (Throwable e) {
      throw Plans.<RuntimeException>rethrow(e);
    }
  }
}
