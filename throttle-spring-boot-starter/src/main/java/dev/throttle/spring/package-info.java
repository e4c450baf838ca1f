/**
 * Throttles the annotated beans of a Spring Boot application and its HTTP clients.
 *
 * <p>Nothing here is called by hand: the starter on the class path is enough. Limits are changed by
 * properties, by the bucket's name:
 *
 * <pre>{@code
 * throttle:
 *   buckets:
 *     api.foo.com/users:
 *       limit: 50
 *       max-wait: PT5S
 * }</pre>
 */
@NullMarked
package dev.throttle.spring;

import org.jspecify.annotations.NullMarked;
