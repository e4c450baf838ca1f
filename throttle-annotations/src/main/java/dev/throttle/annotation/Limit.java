package dev.throttle.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One more limit of the same bucket: ten per second, and a thousand per day. A call takes its
 * permits of all limits at one instant.
 *
 * <pre>{@code
 * @Throttle(
 *     value = "api.foo.com",
 *     limit = 10,
 *     period = "PT1S",
 *     also = @Limit(limit = 1_000, period = "P1D", zone = "America/New_York"))
 * }</pre>
 *
 * <p>The elements mean what they do in {@link Throttle}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Limit {

  /** Permits per period, at least 1. */
  int limit();

  /** The period as an ISO-8601 duration, or a calendar quota such as {@code P1D}. */
  String period();

  /** How the permits of a period are counted. */
  Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

  /** The most tokens of a token or leaky bucket, at least 1; left out: {@link #limit}. */
  int burst() default -1;

  /**
   * When the windows of a fixed window begin, as an ISO-8601 duration after the epoch or the day.
   */
  String offset() default "";

  /** The time zone of a calendar quota; left out: UTC. */
  String zone() default "";

  /** The ISO-8601 duration from the grant within which the provider has surely counted. */
  String countedWithin() default "";
}
