/**
 * Annotated methods that return a reactive type, of Reactor, RxJava 3 or {@code
 * java.util.concurrent.Flow}: calling one is free, each subscription waits for a permit without a
 * thread.
 *
 * <pre>{@code
 * @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
 * Mono<User> user(int id) {
 *   return http.get().uri("/users/{id}", id).retrieve().bodyToMono(User.class);
 * }
 * }</pre>
 *
 * <p>The method's body runs at each subscription, under its permit. The service loader finds what
 * is here; nothing need be installed.
 */
@NullMarked
package dev.throttle.clients.reactive;

import org.jspecify.annotations.NullMarked;
