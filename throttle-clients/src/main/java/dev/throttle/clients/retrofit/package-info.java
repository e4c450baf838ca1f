/**
 * Throttles Retrofit clients, each execution of a {@code Call}.
 *
 * <pre>{@code
 * @Throttle(value = "api.foo.com", limit = 600, period = "PT1M")
 * interface FooApi {
 *   @GET("users/{id}")
 *   CompletableFuture<ResponseBody> user(@Path("id") long id);
 * }
 *
 * FooApi api =
 *     new Retrofit.Builder()
 *         .baseUrl("https://api.foo.com/")
 *         .addCallAdapterFactory(ThrottleCallAdapterFactory.create())
 *         .build()
 *         .create(FooApi.class);
 * }</pre>
 */
@NullMarked
package dev.throttle.clients.retrofit;

import org.jspecify.annotations.NullMarked;
