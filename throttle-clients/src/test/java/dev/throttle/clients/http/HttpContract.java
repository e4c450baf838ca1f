package dev.throttle.clients.http;

import dev.throttle.clients.RuledClient;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.test.contract.HookContract;
import dev.throttle.test.contract.HookedClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The contract, for one way to send a request. */
abstract class HttpContract extends HookContract {

  abstract CompletableFuture<?> send(HttpClient client, HttpRequest request);

  /** Sends by {@code Method.invoke}. */
  abstract CompletableFuture<?> sendReflectively(HttpClient client, HttpRequest request)
      throws ReflectiveOperationException;

  @Override
  protected final HookedClient client(String baseUrl, int timesInstalled) {
    UriRules rules = RuledClient.rules(baseUrl);
    HttpClient client = ThrottledHttpClient.of(HttpClient.newHttpClient(), rules);
    for (int i = 1; i < timesInstalled; i++) {
      client = ThrottledHttpClient.of(new Rewriting(client), rules);
    }
    HttpClient hooked = client;
    return new RuledClient(baseUrl) {
      @Override
      protected CompletableFuture<?> send(URI uri) {
        return HttpContract.this.send(hooked, request(uri));
      }

      @Override
      public CompletableFuture<?> sendReflectively() throws ReflectiveOperationException {
        return HttpContract.this.sendReflectively(hooked, request(uri("/method")));
      }
    };
  }

  /** Returns a client of the contract's provider and rules. */
  final ThrottledHttpClient throttled() {
    return ThrottledHttpClient.of(
        HttpClient.newHttpClient(), RuledClient.rules(provider.baseUrl()));
  }

  final HttpRequest request() {
    return request(provider.uri("/method"));
  }

  static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
  }

  @Override
  protected boolean cancelsRequests() {
    return true;
  }

  /** Another wrapper between two of ours, which hides the request of one from the other. */
  private static final class Rewriting extends ForwardingHttpClient {

    Rewriting(HttpClient client) {
      super(client);
    }

    private static HttpRequest rewritten(HttpRequest request) {
      return HttpRequest.newBuilder(request, (name, value) -> true).header("X-Id", "1").build();
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
        throws IOException, InterruptedException {
      return super.send(rewritten(request), handler);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
        HttpRequest request, BodyHandler<T> handler) {
      return super.sendAsync(rewritten(request), handler);
    }
  }

  static BodyHandler<String> text() {
    return BodyHandlers.ofString();
  }
}
