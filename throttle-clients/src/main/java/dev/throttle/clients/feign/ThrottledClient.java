package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
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
    Attempt attempt = RequestMethod.attempt(request);
    try {
      attempt.await();
      Response response = attempt.send(() -> client.execute(request, options));
      attempt.answered(response.status(), response.headers()::get);
      return response;
    } finally {
      attempt.overHere();
    }
  }
}
