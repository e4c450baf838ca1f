/** Hooks for OkHttp, whose requests pass buckets by rules; needs {@code okhttp}. */
@NullMarked
package dev.throttle.clients.okhttp;

import org.jspecify.annotations.NullMarked;
