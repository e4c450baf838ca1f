/**
 * Annotated functions of Kotlin that wait without a thread: a {@code suspend} function takes a
 * permit for each call, one that returns a {@code Flow} for each collection.
 *
 * <p>The service loader finds what is here; nothing need be installed, and nothing is called by
 * name.
 */
package dev.throttle.kotlin;
