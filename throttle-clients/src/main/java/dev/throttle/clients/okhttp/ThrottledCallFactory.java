package dev.throttle.clients.okhttp;

import dev.throttle.clients.rule.UriRules;
import java.util.Objects;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Makes OkHttp's calls, which take a permit for each request before it is sent.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * Call.Factory calls = ThrottledCallFactory.of(new OkHttpClient(), rules);
 * calls.newCall(request).enqueue(callback);
 * }</pre>
 *
 * <p>Making a call is free; {@code execute()} waits in the calling thread, {@code enqueue()}
 * without one: a call that waits holds neither a connection nor a slot of the dispatcher, and its
 * time-outs have not begun. Cancelling it while it waits sends nothing. Redirects, and what OkHttp
 * sends again, pay for themselves; they wait inside OkHttp, as {@link ThrottleInterceptor} tells.
 *
 * <p>A refusal is a {@link dev.throttle.core.ThrottledException}, thrown by {@code execute()}; a
 * callback is given it as the cause of an {@code IOException}. Safe for use by many threads.
 */
public final class ThrottledCallFactory implements Call.Factory {

  private final OkHttpClient client;
  private final UriRules rules;

  private ThrottledCallFactory(OkHttpClient client, UriRules rules) {
    this.client = client;
    this.rules = rules;
  }

  /**
   * Returns a factory of calls that a client makes, which shares its connections, threads and
   * caches; that client itself stays as it is, and throttles nothing.
   */
  public static ThrottledCallFactory of(OkHttpClient client, UriRules rules) {
    Objects.requireNonNull(client, "client must not be null.");
    Objects.requireNonNull(rules, "rules must not be null.");
    return new ThrottledCallFactory(
        client.newBuilder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build(), rules);
  }

  @Override
  public Call newCall(Request request) {
    return new ThrottledCall(client, request, rules);
  }
}
