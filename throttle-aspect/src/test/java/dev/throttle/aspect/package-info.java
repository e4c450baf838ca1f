@NullMarked
package dev.throttle.aspect;

import org.jspecify.annotations.NullMarked;
