package dev.throttle.clients.retrofit;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Throttle;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import retrofit2.Invocation;

/** What the execution of a call has to pass. */
interface Toll {

  /** Returns it, or null if there is nothing to pass. */
  @Nullable Throttle due(Request request);

  /**
   * That of the interface method which made the call. Retrofit tells it with the request and not
   * before, so it is asked when the call is executed.
   */
  static @Nullable Throttle ofInvocation(Request request) {
    Invocation invocation = request.tag(Invocation.class);
    return invocation == null
        ? null
        : Attempt.due(
            invocation.service(), invocation.method(), request, invocation.arguments().toArray());
  }
}
