package dev.throttle.remote.server;

import dev.throttle.annotation.Throttle;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a client may ask only so often, and all together too; who asks more often is refused. The
 * numbers are defaults of the properties {@code throttle.buckets.server/client.limit} and {@code
 * throttle.buckets.server/all.limit}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Throttle(value = "server/all", limit = 2_000, period = "PT1S", maxWait = "PT0S")
@Throttle(value = "server/client", limit = 200, period = "PT1S", maxWait = "PT0S")
@interface Limited {}
