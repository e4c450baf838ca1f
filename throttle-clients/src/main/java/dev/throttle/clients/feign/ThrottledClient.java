package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Throttle;
import feign.Client;
import feign.Request;
import feign.Response;
import java.io.IOException;

/** Takes a permit for each request; the calling thread waits. */
final class ThrottledClient implements Client {

  private final Client client;

  ThrottledClient(Client client) {
    this.client = client;
  }

  @Override
  public Response execute(Request request, Request.Options options) throws IOException {
    Throttle due = RequestMethod.due(request);
    long stamp = due == null ? 0 : due.begin();
    try {
      return send(request, options);
    } finally {
      RequestMethod.completed(request);
      if (due != null) {
        due.end(stamp);
      }
    }
  }

  private Response send(Request request, Request.Options options) throws IOException {
    Object outer = RequestMethod.enter(request);
    try {
      return client.execute(request, options);
    } finally {
      Attempt.leave(outer);
    }
  }
}
