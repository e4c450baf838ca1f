/**
 * The compiler as the first reviewer of {@code @Throttle}: refuses what cannot work, with the fix,
 * and writes the index of a jar's buckets and throttled methods.
 *
 * <p>Nothing here is called by users; javac finds it on the processor path:
 *
 * <pre>{@code
 * <annotationProcessorPaths>
 *   <path>
 *     <groupId>dev.throttle</groupId>
 *     <artifactId>throttle-processor</artifactId>
 *     <version>0.1.0</version>
 *   </path>
 * </annotationProcessorPaths>
 * }</pre>
 */
@NullMarked
package dev.throttle.processor;

import org.jspecify.annotations.NullMarked;
