package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.ThrottledException;
import feign.AsyncClient;
import feign.Request;
import feign.Response;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes a permit for each request; no thread waits. */
final class ThrottledAsyncClient implements AsyncClient<Object> {

  private final AsyncClient<Object> client;

  ThrottledAsyncClient(AsyncClient<Object> client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<Response> execute(
      Request request, Request.Options options, Optional<Object> context) {
    Attempt attempt;
    try {
      attempt = RequestMethod.attempt(request);
    } catch (ThrottledException e) {
      return CompletableFuture.failedFuture(e);
    }
    return attempt.isThrottled()
        ? AsyncAttempt.start(attempt, () -> client.execute(request, options, context))
        : attempt.send(() -> client.execute(request, options, context));
  }
}
