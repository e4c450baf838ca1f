/**
 * Hooks for Apache HttpClient 5, whose requests pass buckets by rules; needs {@code httpclient5}.
 */
@NullMarked
package dev.throttle.clients.apache;

import org.jspecify.annotations.NullMarked;
