/**
 * Throttle beside its peers: what a permit costs, what a woven call costs, and who gets a 429.
 *
 * <pre>{@code
 * java -jar throttle-benchmarks/target/benchmarks.jar permit
 * java -jar throttle-benchmarks/target/benchmarks.jar woven
 * java -jar throttle-benchmarks/target/benchmarks.jar compliance --seconds 10
 * }</pre>
 */
@NullMarked
package dev.throttle.benchmarks;

import org.jspecify.annotations.NullMarked;
