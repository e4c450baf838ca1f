/** Limits, buckets and waiting. */
@NullMarked
package dev.throttle.core;

import org.jspecify.annotations.NullMarked;
