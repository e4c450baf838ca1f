package dev.throttle.spring;

import dev.throttle.core.plan.MethodPlan;
import java.util.Arrays;
import java.util.Objects;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
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
    if (isThrottled(target)) {
      return invocation.proceed();
    }
    MethodPlan plan = methods.plan(invocation.getMethod(), target.getClass());
    ProxyMethodInvocation call = (ProxyMethodInvocation) invocation;
    try {
      return MethodPlan.isBehindAdvice()
          ? MethodPlan.<@Nullable Object>callAside(() -> pass(plan, call))
          : pass(plan, call);
    } catch (Thrown e) {
      throw e.getCause();
    }
  }

  /** Returns whether the target is a proxy itself, and has advice of ours that pays for all. */
  private static boolean isThrottled(Object target) {
    return target instanceof Advised proxy
        && Arrays.stream(proxy.getAdvisors())
            .anyMatch(advisor -> advisor.getAdvice() instanceof ThrottleAdvice);
  }

  private static @Nullable Object pass(@Nullable MethodPlan plan, ProxyMethodInvocation invocation)
      throws Exception {
    return plan == null
        ? proceed(invocation)
        : plan.invokeCallSite(invocation.getArguments(), () -> proceed(invocation));
  }

  /**
   * Goes on with a copy, since what is called later or again must find the same way, and shows it
   * to advice farther in that asks for it.
   */
  private static @Nullable Object proceed(ProxyMethodInvocation invocation) throws Exception {
    try {
      return ExposeInvocationInterceptor.INSTANCE.invoke(invocation.invocableClone());
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
      return Objects.requireNonNull(super.getCause());
    }
  }
}
