/**
 * Applies {@code @Throttle} to the bytecode of the program that carries it.
 *
 * <p>The AspectJ compiler weaves these aspects into annotated bodies and into the calls of
 * annotated interfaces, after the Java compiler is done. Nothing here is called by hand:
 *
 * <pre>{@code
 * class Prices {
 *   @Throttle(value = "api.foo.com/prices", limit = 10, period = "PT1S")
 *   String quote(String share) {   // every call of this body takes its turn
 *     return http.get("/prices/" + share);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.throttle.aspect;

import org.jspecify.annotations.NullMarked;
