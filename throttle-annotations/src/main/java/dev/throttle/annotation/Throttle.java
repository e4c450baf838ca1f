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
 * first, then the method's own, in the order of writing. A method that overrides or implements
 * another has only what it carries itself.
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
   * concurrency. {@code P1D}, {@code P1W}, {@code P1M} and their like are calendar quotas: a fixed
   * window that begins with the day, week or month. Left out where the bucket is defined elsewhere.
   */
  String period() default "";

  /** How the permits of a period are counted; a calendar quota needs none. */
  Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

  /** The most tokens of a token or leaky bucket, at least 1; left out: {@link #limit}. */
  int burst() default -1;

  /**
   * When the windows of a fixed window begin, as an ISO-8601 duration after the epoch, or after the
   * begin of the calendar's day, week or month; left out: then.
   */
  String offset() default "";

  /** The time zone of a calendar quota such as {@code Europe/Berlin}; left out: UTC. */
  String zone() default "";

  /** More limits of the same bucket. */
  Limit[] also() default {};

  /** The percentage of the limit, in [0, 99], that only calls of {@link Priority#HIGH} may take. */
  int reserve() default 0;

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

  /** How many permits of this bucket one call takes, in {@code [1, limit]}. */
  int cost() default 1;

  /**
   * Who goes first where several wait. Of several declarations the last one counts that is not
   * {@link Priority#NORMAL}.
   */
  Priority priority() default Priority.NORMAL;

  /**
   * The {@link ThrottleKey#name} of the key between whose values the calls that wait take turns, so
   * that the flood of one does not delay the others; left out: first come first served.
   */
  String fairBy() default "";
}
