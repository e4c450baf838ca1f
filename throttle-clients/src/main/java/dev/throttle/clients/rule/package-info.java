/**
 * Says by method and URI which buckets a request passes: for clients that have no annotated
 * methods.
 *
 * <pre>{@code
 * UriRules rules =
 *     UriRules.of(buckets)
 *         .when("api.foo.com/**")
 *         .pass("api.foo.com")
 *         .when("GET", "api.foo.com/users/**")
 *         .pass("api.foo.com/users");
 * }</pre>
 */
@NullMarked
package dev.throttle.clients.rule;

import org.jspecify.annotations.NullMarked;
