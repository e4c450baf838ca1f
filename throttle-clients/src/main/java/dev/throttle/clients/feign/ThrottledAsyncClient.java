package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
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
    Throttle due = RequestMethod.due(request);
    Permit paid = RequestMethod.passOn(request);
    CompletableFuture<Response> response =
        due == null
            ? send(request, options, context)
            : AsyncAttempt.start(due, () -> send(request, options, context));
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
