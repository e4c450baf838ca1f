@NullMarked
package dev.throttle.test;

import org.jspecify.annotations.NullMarked;
