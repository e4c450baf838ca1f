/**
 * What tests of a throttled client need: time that moves when told, and a provider that refuses.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * try (RateLimitedProvider provider =
 *     RateLimitedProvider.builder()
 *         .time(time)
 *         .limit("/users", ProviderLimit.slidingWindow(1, Duration.ofMinutes(15)))
 *         .start()) {
 *   assertThat(status(provider.uri("/users/7"))).isEqualTo(200);
 *   assertThat(status(provider.uri("/users/8"))).isEqualTo(429);
 *   time.advance(Duration.ofMinutes(15));
 *   assertThat(status(provider.uri("/users/8"))).isEqualTo(200);
 * }
 * }</pre>
 *
 * <p>{@link dev.throttle.test.VirtualTime} and {@link dev.throttle.test.AcceleratedTime} take the
 * place of the time that Throttle uses; {@link dev.throttle.test.RateLimitedProvider} takes the
 * place of the API that it calls; {@link dev.throttle.test.ProviderLimit} alone is for simulations.
 */
@NullMarked
package dev.throttle.test;

import org.jspecify.annotations.NullMarked;
