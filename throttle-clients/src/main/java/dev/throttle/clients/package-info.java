/** What the hooks of all HTTP clients have in common; users need only the packages below. */
@NullMarked
package dev.throttle.clients;

import org.jspecify.annotations.NullMarked;
