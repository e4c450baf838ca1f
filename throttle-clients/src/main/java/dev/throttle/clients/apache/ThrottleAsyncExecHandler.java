package dev.throttle.clients.apache;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import java.util.Objects;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.client5.http.impl.async.H2AsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a permit for each request that the asynchronous client really sends: also for redirects, by
 * their own URI, for retries, and for what is sent again with credentials; not for what a cache
 * answers, nor for the tunnel through a proxy.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * CloseableHttpAsyncClient client =
 *     ThrottleAsyncExecHandler.addTo(HttpAsyncClients.custom(), rules).build();
 * }</pre>
 *
 * <p>Never blocks; no thread waits, nor does a connection, and time-outs begin when the request is
 * sent. A request that had to wait goes on, through the rest of the client, on the executor of
 * {@link dev.throttle.core.Buckets}. Cancelling the future of a call that waits sends nothing. A
 * permit is complete when the headers of the response are in, or the attempt has failed; the body
 * is read afterwards.
 *
 * <p>A refusal is a {@link dev.throttle.core.ThrottledException} with which the future and its
 * callback fail. The client does not retry it. Safe for use by many threads and clients.
 */
public final class ThrottleAsyncExecHandler implements AsyncExecChainHandler {

  private final UriRules rules;

  private ThrottleAsyncExecHandler(UriRules rules) {
    this.rules = Objects.requireNonNull(rules, "rules must not be null.");
  }

  /**
   * Returns a handler for requests that pass what rules say, to be installed before {@code
   * ChainElement.CONNECT}. Elsewhere it would miss requests, or wait with a connection in hand.
   */
  public static ThrottleAsyncExecHandler of(UriRules rules) {
    return new ThrottleAsyncExecHandler(rules);
  }

  /** Installs a handler at its place in the clients that a builder builds; returns the builder. */
  public static <B extends HttpAsyncClientBuilder> B addTo(B builder, UriRules rules) {
    builder.addExecInterceptorBefore(Installed.BEFORE, Installed.NAME, of(rules));
    return builder;
  }

  /** Installs a handler like the other method, in clients that speak HTTP/2 only. */
  public static H2AsyncClientBuilder addTo(H2AsyncClientBuilder builder, UriRules rules) {
    return builder.addExecInterceptorBefore(Installed.BEFORE, Installed.NAME, of(rules));
  }

  /** For the client: sends a request on when its turn has come. */
  @Override
  public void execute(
      HttpRequest request,
      @Nullable AsyncEntityProducer entity,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback) {
    Attempt attempt;
    try {
      attempt = Attempt.ofRules(rules, ApacheRequest.of(request), request);
    } catch (ProtocolException | RuntimeException refused) {
      // Thrown, it would reach the client only for the first request of a call.
      callback.failed(refused);
      return;
    }
    new AsyncExchange(
            attempt, scope, callback, following -> chain.proceed(request, entity, scope, following))
        .begin();
  }
}
