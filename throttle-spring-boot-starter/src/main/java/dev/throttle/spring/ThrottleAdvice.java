package dev.throttle.spring;

import dev.throttle.core.plan.MethodPlan;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.Assert;

/**
 * Makes the calls of annotated beans take their turn, and tells the body or client hook behind them
 * that they have.
 */
final class ThrottleAdvice implements MethodInterceptor {

  private final AnnotatedMethods methods;

  ThrottleAdvice(AnnotatedMethods methods) {
    this.methods = methods;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Assert.state(target != null, "a throttled bean has a target");
    List<MethodPlan> plans = methods.plans(invocation.getMethod(), AopUtils.getTargetClass(target));
    try {
      return pass(plans, (ProxyMethodInvocation) invocation);
    } catch (Thrown e) {
      throw e.getCause();
    }
  }

  private static @Nullable Object pass(List<MethodPlan> plans, ProxyMethodInvocation invocation)
      throws Exception {
    if (plans.isEmpty()) {
      return proceed(invocation);
    }
    return plans
        .get(0)
        .invokeCallSite(
            invocation.getArguments(), () -> pass(plans.subList(1, plans.size()), invocation));
  }

  /** Goes on with a copy, since what is called later or again must find the same way. */
  private static @Nullable Object proceed(ProxyMethodInvocation invocation) throws Exception {
    try {
      return invocation.invocableClone().proceed();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new Thrown(e);
    }
  }

  /** Takes through what is neither an exception nor an error. */
  private static final class Thrown extends Exception {

    private static final long serialVersionUID = 1L;

    Thrown(Throwable cause) {
      super(cause);
    }

    @Override
    public synchronized Throwable getCause() {
      return java.util.Objects.requireNonNull(super.getCause());
    }
  }
}
