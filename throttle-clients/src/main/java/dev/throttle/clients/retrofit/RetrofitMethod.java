package dev.throttle.clients.retrofit;

import dev.throttle.clients.Attempt;
import okhttp3.Request;
import retrofit2.Invocation;

/** The interface method behind a request of Retrofit's. Not for users of the hooks. */
public final class RetrofitMethod {

  private RetrofitMethod() {}

  /**
   * Returns the attempt to send a request; what no method made is not throttled. Retrofit tells the
   * method with the request and not before, so it is asked when the call is executed.
   *
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  public static Attempt attempt(Request request) {
    Invocation invocation = request.tag(Invocation.class);
    return invocation == null
        ? Attempt.unthrottled(request)
        : Attempt.ofMethod(
            invocation.service(), invocation.method(), request, invocation.arguments().toArray());
  }
}
