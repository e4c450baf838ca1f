package dev.throttle.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method that {@code throttle-processor} generates so that the library can tell whether a
 * jar was woven: it returns false as compiled, and the aspect makes it return true.
 *
 * <p>For generated code only; never write it yourself.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface GeneratedWeavingMarker {}
