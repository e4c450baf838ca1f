package dev.throttle.aspect;

import dev.throttle.core.Throttle;
import dev.throttle.core.plan.CallWithArguments;
import dev.throttle.core.plan.MethodPlan;
import java.util.concurrent.Callable;
import org.aspectj.lang.annotation.SuppressAjWarnings;

/**
 * Makes annotated bodies take their turn.
 *
 * <p>Two kinds of advice, since one that closes over {@code proceed} allocates wherever it applies: the
 * one brackets and allocates nothing, the other makes a closure where nobody waits. Which of them a
 * return type needs is known to the plan, and mostly to the pointcut already; the other steps aside.
 *
 * <p>The first kind stands here once for each type that an advice returning {@code Object} would box;
 * HotSpot was seen not to save these boxes. The smaller primitives have boxes that exist already.
 *
 * <p>A third kind is for bodies whose key or cost is among their arguments, which it copies: so it
 * allocates anyway, and one advice does for all return types.
 *
 * <p>A fourth kind is for suspend functions of Kotlin, which may have to be called with another
 * continuation. Their bodies are entered each time that they go on, too; the plan tells.
 */
public aspect ThrottledBodies {

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.body() && Throttled.returnsReference() {
    Throttle due = Plans.dueOfBody(thisJoinPointStaticPart);
    long stamp = Plans.beginBody(due);
    try {
      return proceed();
    } finally {
      Plans.endBody(due, stamp);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  int around(): Throttled.body() && Throttled.returnsInt() {
    Throttle due = Plans.dueOfBody(thisJoinPointStaticPart);
    long stamp = Plans.beginBody(due);
    try {
      return proceed();
    } finally {
      Plans.endBody(due, stamp);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  long around(): Throttled.body() && Throttled.returnsLong() {
    Throttle due = Plans.dueOfBody(thisJoinPointStaticPart);
    long stamp = Plans.beginBody(due);
    try {
      return proceed();
    } finally {
      Plans.endBody(due, stamp);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  float around(): Throttled.body() && Throttled.returnsFloat() {
    Throttle due = Plans.dueOfBody(thisJoinPointStaticPart);
    long stamp = Plans.beginBody(due);
    try {
      return proceed();
    } finally {
      Plans.endBody(due, stamp);
    }
  }

  @SuppressAjWarnings("adviceDidNotMatch")
  double around(): Throttled.body() && Throttled.returnsDouble() {
    Throttle due = Plans.dueOfBody(thisJoinPointStaticPart);
    long stamp = Plans.beginBody(due);
    try {
      return proceed();
    } finally {
      Plans.endBody(due, stamp);
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

  @SuppressAjWarnings("adviceDidNotMatch")
  Object around(): Throttled.bodyReadingArguments() {
    MethodPlan plan = Plans.of(thisJoinPointStaticPart);
    if (plan == null) {
      return proceed();
    }
    try {
      return plan.invoke(
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
  Object around(Object continuation): Throttled.suspendBody() && args(.., continuation) {
    MethodPlan plan = Plans.of(thisJoinPointStaticPart);
    if (plan == null) {
      return proceed(continuation);
    }
    try {
      return plan.invoke(
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
