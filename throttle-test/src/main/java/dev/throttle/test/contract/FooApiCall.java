package dev.throttle.test.contract;

import dev.throttle.annotation.Throttle;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A team's own annotation for the limits of one API. */
@Throttle(value = "api/meta", limit = 1, period = "PT1S")
@Retention(RetentionPolicy.RUNTIME)
public @interface FooApiCall {}
