/**
 * Throttles the JDK's {@code HttpClient}, each request that it sends.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * HttpClient client = ThrottledHttpClient.of(HttpClient.newHttpClient(), rules);
 * client.sendAsync(request, BodyHandlers.ofString());
 * }</pre>
 */
@NullMarked
package dev.throttle.clients.http;

import org.jspecify.annotations.NullMarked;
