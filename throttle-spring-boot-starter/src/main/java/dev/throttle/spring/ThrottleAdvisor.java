package dev.throttle.spring;

import java.lang.reflect.Method;
import org.aopalliance.aop.Advice;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.Ordered;

/**
 * Throttles annotated beans, by whatever proxy they get.
 *
 * <p>Its place is that of Resilience4j's rate limiter: within retries, so that each attempt pays,
 * and within circuit breakers; outside of time limits and bulkheads, since who waits is not being
 * served yet.
 */
final class ThrottleAdvisor extends AbstractPointcutAdvisor {

  private static final long serialVersionUID = 1L;

  /** That of Resilience4j's rate limiter. */
  static final int ORDER = Ordered.LOWEST_PRECEDENCE - 3;

  private final transient Pointcut pointcut;
  private final transient Advice advice;

  ThrottleAdvisor(AnnotatedMethods methods) {
    this.advice = new ThrottleAdvice(methods);
    this.pointcut =
        new StaticMethodMatcherPointcut() {
          @Override
          public boolean matches(Method method, Class<?> targetClass) {
            return methods.contain(method, targetClass);
          }
        };
    setOrder(ORDER);
  }

  @Override
  public Pointcut getPointcut() {
    return pointcut;
  }

  @Override
  public Advice getAdvice() {
    return advice;
  }
}
