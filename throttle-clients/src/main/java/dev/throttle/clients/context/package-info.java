/**
 * Takes what belongs to a caller's thread along with a call that had to wait; needs {@code
 * io.micrometer:context-propagation}.
 */
@NullMarked
package dev.throttle.clients.context;

import org.jspecify.annotations.NullMarked;
