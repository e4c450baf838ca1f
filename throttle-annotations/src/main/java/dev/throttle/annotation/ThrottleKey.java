package dev.throttle.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a bucket to each value of a parameter: one per tenant, token or shop.
 *
 * <pre>{@code
 * @Throttle(value = "api.foo.com/orders", limit = 40, period = "PT1M")
 * List<Order> orders(@ThrottleKey("tenant.id") Session session, int page);
 * }</pre>
 *
 * <p>Values are told apart by {@code equals} and must not be null. Several keys of one bucket make
 * one composite key, in the order of the parameters.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ThrottleKey {

  /**
   * The property of the parameter that is the key, as a path of names such as {@code tenant.id};
   * each is a record component, a getter, a method without parameters or a public field. Left out:
   * the parameter itself.
   */
  String value() default "";

  /** What {@link Throttle#fairBy} calls this key. */
  String name() default "";

  /**
   * The buckets that get one per value. Left out: all that the method itself declares, except those
   * with {@link Throttle#fairBy}.
   */
  String[] buckets() default {};
}
