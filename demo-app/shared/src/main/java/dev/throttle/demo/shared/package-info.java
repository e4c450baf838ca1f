/** Several JVMs that share one limit. */
@NullMarked
package dev.throttle.demo.shared;

import org.jspecify.annotations.NullMarked;
