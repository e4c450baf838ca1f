package dev.throttle.clients;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Buckets;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import dev.throttle.test.contract.Endpoint;
import dev.throttle.test.contract.HookedClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client under test whose hook knows no methods: {@link UriRules} say what its requests pass. */
public abstract class RuledClient implements HookedClient {

  private final String baseUrl;

  protected RuledClient(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  /** Sends a GET. */
  protected abstract CompletableFuture<?> send(URI uri);

  /** Returns the rules of the contract's endpoints, each of another kind. */
  public static UriRules rules(String baseUrl) {
    Buckets buckets = Throttling.buckets();
    for (Endpoint endpoint : Endpoint.values()) {
      buckets.define(endpoint.bucket(), Limit.of(1, Duration.ofSeconds(1)));
    }
    String host = URI.create(baseUrl).getAuthority();
    return UriRules.of(buckets)
        .when(host + "/type/**")
        .pass(Endpoint.TYPE.bucket())
        .when("GET", host + "/method")
        .pass(Endpoint.METHOD.bucket())
        .when("GET " + host + "/busy")
        .maxWait(Duration.ZERO)
        .pass(Endpoint.METHOD.bucket())
        .when("*:*/inherited")
        .pass(Endpoint.INHERITED.bucket())
        .when((method, uri) -> uri.getPath().contains("meta"))
        .pass(Endpoint.META.bucket());
  }

  protected final URI uri(String path) {
    return URI.create(baseUrl + path);
  }

  @Override
  public CompletableFuture<?> send(Endpoint endpoint) {
    return send(uri(endpoint.path()));
  }

  @Override
  public CompletableFuture<?> sendUnlessBusy() {
    return send(uri("/busy"));
  }

  @Override
  public CompletableFuture<?> sendUnthrottled() {
    return send(uri("/other"));
  }
}
