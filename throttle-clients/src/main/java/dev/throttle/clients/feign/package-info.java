/**
 * Throttles Feign clients, each network attempt.
 *
 * <pre>{@code
 * @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
 * interface FooApi {
 *   @RequestLine("GET /users/{id}")
 *   String user(@Param("id") long id);
 * }
 *
 * FooApi api =
 *     Feign.builder()
 *         .addCapability(new ThrottleCapability())
 *         .target(FooApi.class, "https://api.foo.com");
 * }</pre>
 */
@NullMarked
package dev.throttle.clients.feign;

import org.jspecify.annotations.NullMarked;
