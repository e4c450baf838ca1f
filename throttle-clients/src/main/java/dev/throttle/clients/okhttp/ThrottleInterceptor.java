package dev.throttle.clients.okhttp;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.retrofit.RetrofitMethod;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A network interceptor that takes a permit for each request which OkHttp really sends: also for
 * redirects, for what is sent again with credentials or on another connection, and not for what a
 * cache answers.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * OkHttpClient client =
 *     new OkHttpClient.Builder().addNetworkInterceptor(ThrottleInterceptor.of(rules)).build();
 * }</pre>
 *
 * <p>It waits where OkHttp runs it: for an enqueued call in a thread of the dispatcher, with a
 * connection in hand. Where that matters, let {@link ThrottledCallFactory} do the first wait; a
 * redirect's is here in any case. Cancelling a call ends its wait within a tenth of a second. The
 * permit is complete when the headers of the response are in. A refusal is a {@link
 * ThrottledException} that is the cause of an {@code IOException}.
 *
 * <p>Without rules it charges what OkHttp sends for an annotated method of Retrofit beyond its
 * first request. Safe for use by many threads.
 */
public final class ThrottleInterceptor implements Interceptor {

  private static final boolean HAS_RETROFIT = hasRetrofit();

  private final @Nullable UriRules rules;

  private ThrottleInterceptor(@Nullable UriRules rules) {
    this.rules = rules;
  }

  /** Returns an interceptor for requests that pass what rules say. */
  public static ThrottleInterceptor of(UriRules rules) {
    return new ThrottleInterceptor(Objects.requireNonNull(rules, "rules must not be null."));
  }

  /** Returns an interceptor for requests of annotated methods of Retrofit only. */
  public static ThrottleInterceptor ofMethods() {
    return new ThrottleInterceptor(null);
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Call call = chain.call();
    Attempt granted = Attempt.takeOver(call.request());
    if (granted != null) {
      return attempt(granted, () -> proceed(chain));
    }
    if (!HAS_RETROFIT) {
      return proceed(chain);
    }
    Attempt ofMethod = charge(() -> RetrofitMethod.attempt(call.request()));
    if (!ofMethod.isThrottled()) {
      return proceed(chain);
    }
    await(ofMethod, call);
    return attempt(ofMethod, () -> proceed(chain));
  }

  /** Charges what the rules say, less what was paid for farther out. */
  private Response proceed(Chain chain) throws IOException {
    Request request = chain.request();
    if (rules == null) {
      return chain.proceed(request);
    }
    Call call = chain.call();
    // By the call's own request another interceptor knows that its method is paid for.
    Attempt attempt =
        charge(() -> Attempt.ofRules(rules, new OkHttpRequest(request), call.request()));
    await(attempt, call);
    return attempt(attempt, () -> chain.proceed(request));
  }

  /** A call that was enqueued knows no other failure than an {@code IOException}. */
  private static <T> T charge(Attempt.Sending<T, IOException> charging) throws IOException {
    try {
      return charging.send();
    } catch (ThrottledException refusal) {
      throw new IOException(refusal.getMessage(), refusal);
    }
  }

  private static Response attempt(Attempt attempt, Attempt.Sending<Response, IOException> sending)
      throws IOException {
    try {
      Response response = attempt.send(sending);
      attempt.answered(response.code(), response.headers()::values);
      return response;
    } finally {
      attempt.overHere();
    }
  }

  private static void await(Attempt attempt, Call call) throws IOException {
    try {
      charge(
          () -> {
            attempt.awaitUnless(call::isCanceled);
            return attempt;
          });
    } catch (CancellationException e) {
      throw new IOException("Canceled", e);
    }
  }

  private static boolean hasRetrofit() {
    try {
      Class.forName("retrofit2.Invocation", false, ThrottleInterceptor.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
