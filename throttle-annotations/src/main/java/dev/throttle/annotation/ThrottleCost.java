package dev.throttle.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a call costs by one of its parameters: a number of permits, at least 1.
 *
 * <pre>{@code
 * @Throttle(value = "api.llm.com/requests", limit = 500, period = "PT1M")
 * @Throttle(value = "api.llm.com/tokens", limit = 30_000, period = "PT1M")
 * Answer ask(@ThrottleCost(value = "maxTokens", buckets = "api.llm.com/tokens") Question question);
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ThrottleCost {

  /**
   * The property of the parameter that is the cost, as in {@link ThrottleKey#value}; an {@code
   * int}, {@code long}, {@code short}, {@code byte} or their boxes. Left out: the parameter itself.
   */
  String value() default "";

  /** The buckets that it is the cost of. Left out: all that the method itself declares. */
  String[] buckets() default {};
}
