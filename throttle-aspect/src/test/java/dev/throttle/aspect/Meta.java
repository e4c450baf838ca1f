package dev.throttle.aspect;

import dev.throttle.annotation.Throttle;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Annotations of a team's own, as users write them. */
final class Meta {

  private Meta() {}

  @Throttle(value = "meta", limit = 100, period = "PT1S")
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
  @interface OneLevel {
    String note() default "a note";
  }

  @OneLevel
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface TwoLevels {}

  @Throttle(value = "meta/first", limit = 100, period = "PT1S")
  @Throttle(value = "meta/second", limit = 100, period = "PT1S")
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface Repeated {}
}
