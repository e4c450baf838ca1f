package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
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
    if (!RequestMethod.isThrottled(request)) {
      return send(request, options, context);
    }
    Throttle due;
    try {
      due = RequestMethod.due(request);
    } catch (ThrottledException e) {
      return CompletableFuture.failedFuture(e);
    }
    Permit paid = RequestMethod.passOn(request);
    CompletableFuture<Response> response =
        AsyncAttempt.start(due, () -> send(request, options, context));
    if (paid != null) {
      response.whenComplete((received, failure) -> paid.close());
    }
    return response;
  }

  private CompletableFuture<Response> send(
      Request request, Request.Options options, Optional<Object> context) {
    Object outer = RequestMethod.enter(request);
    try {
      return client.execute(request, options, context);
    } finally {
      Attempt.leave(outer);
    }
  }
}
