package dev.throttle.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes every call of a method take its turn in a bucket: at most {@link #limit} calls per {@link
 * #period}, counted the way a provider counts them.
 *
 * <p>On a type it applies to each method of the type; on an annotation, to whatever carries that
 * annotation. It may be repeated: a call then passes all the buckets at one instant, the type's
 * first, then the method's own, in the order of writing.
 *
 * <p>The first declaration with {@code limit} and {@code period} defines the bucket; others may
 * name it alone. Two definitions of one name must agree.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(Throttles.class)
public @interface Throttle {

  /** The name of the bucket; by custom host and path, such as {@code api.foo.com/users}. */
  String value();

  /** Permits per period, at least 1; left out where the bucket is defined elsewhere. */
  int limit() default -1;

  /**
   * The period as an ISO-8601 duration such as {@code PT15M}; {@code PT0S} makes the limit one of
   * concurrency. Left out where the bucket is defined elsewhere.
   */
  String period() default "";

  /** How the permits of a period are counted. */
  Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

  /**
   * For a provider that counts a call when it arrives although the answer takes long: the ISO-8601
   * duration from the grant within which it has surely counted. The slot is then free one period
   * after the earlier of completion and that time. Left out: it is busy until the call is complete.
   */
  String countedWithin() default "";

  /**
   * The longest wait as an ISO-8601 duration; {@code PT0S} refuses at once. Left out: for ever. A
   * method with several declarations takes the shortest.
   */
  String maxWait() default "";

  /** How many calls may wait for the bucket at once; left out: 100,000. */
  int maxQueue() default -1;

  /** How many permits one call takes, in {@code [1, limit]}. */
  int cost() default 1;
}
