/**
 * Hooks for Spring's {@code WebClient}, {@code RestClient} and {@code RestTemplate}, whose requests
 * pass buckets by rules; need {@code spring-webflux} or {@code spring-web}, 6.2 or later.
 */
@NullMarked
package dev.throttle.clients.spring;

import org.jspecify.annotations.NullMarked;
