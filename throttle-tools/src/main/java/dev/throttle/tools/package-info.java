/**
 * Lists the limits of an application from its jars, without running it.
 *
 * <pre>{@code
 * java -jar throttle-tools-VERSION-all.jar app.jar
 * }</pre>
 */
@NullMarked
package dev.throttle.tools;

import org.jspecify.annotations.NullMarked;
