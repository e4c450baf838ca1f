/**
 * Throttle beside its peers: who gets a 429, what a permit and a woven call cost, how a full limit
 * is shared, and what callers that wait and keys weigh.
 *
 * <pre>{@code
 * java -jar throttle-benchmarks/target/benchmarks.jar permit
 * java -jar throttle-benchmarks/target/benchmarks.jar woven
 * java -jar throttle-benchmarks/target/benchmarks.jar compliance --seconds 10
 * java -jar throttle-benchmarks/target/benchmarks.jar contended --quick
 * java -Xmx4g -jar throttle-benchmarks/target/benchmarks.jar waiters
 * java -Xmx4g -jar throttle-benchmarks/target/benchmarks.jar memory
 * }</pre>
 */
@NullMarked
package dev.throttle.benchmarks;

import org.jspecify.annotations.NullMarked;
