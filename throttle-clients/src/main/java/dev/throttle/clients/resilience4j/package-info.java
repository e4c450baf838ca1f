/** What makes Resilience4j leave the refusals of Throttle alone; needs what it is used for. */
@NullMarked
package dev.throttle.clients.resilience4j;

import org.jspecify.annotations.NullMarked;
