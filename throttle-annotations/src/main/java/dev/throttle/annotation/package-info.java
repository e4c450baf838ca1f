/**
 * How often a method may be called, said on the method.
 *
 * <pre>{@code
 * @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
 * interface FooApi {
 *   @Throttle(value = "api.foo.com/users", limit = 100, period = "PT15M")
 *   @RequestLine("GET /users/{id}")
 *   CompletableFuture<User> user(@Param("id") long id);
 * }
 * }</pre>
 *
 * <p>A call of {@code user} passes both buckets at one instant, or waits. The annotations do
 * nothing by themselves: {@code throttle-processor} checks them at compile time, {@code
 * throttle-aspect} or a client hook applies them.
 */
package dev.throttle.annotation;
