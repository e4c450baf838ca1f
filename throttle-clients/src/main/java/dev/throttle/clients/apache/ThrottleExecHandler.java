package dev.throttle.clients.apache;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Takes a permit for each request that the classic client really sends: also for redirects, by
 * their own URI, for retries, and for what is sent again with credentials; not for what a cache
 * answers, nor for the tunnel through a proxy.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * CloseableHttpClient client = ThrottleExecHandler.addTo(HttpClients.custom(), rules).build();
 * }</pre>
 *
 * <p>The calling thread waits; a virtual thread unmounts. It holds no connection meanwhile, and
 * time-outs have not begun. Cancelling the request ends its wait within a tenth of a second, with
 * the {@link RequestFailedException} that the client itself throws then; nothing is sent. A permit
 * is complete when the headers of the response are in, or the attempt has failed; the body is read
 * afterwards.
 *
 * <p>A refusal is a {@link dev.throttle.core.ThrottledException}, thrown by {@code execute}; also
 * if the thread is interrupted while it waits, whose interrupt flag is then set again. The client
 * does not retry it. Safe for use by many threads and clients.
 */
public final class ThrottleExecHandler implements ExecChainHandler {

  private final UriRules rules;

  private ThrottleExecHandler(UriRules rules) {
    this.rules = Objects.requireNonNull(rules, "rules must not be null.");
  }

  /**
   * Returns a handler for requests that pass what rules say, to be installed before {@code
   * ChainElement.CONNECT}. Elsewhere it would miss requests, or wait with a connection in hand.
   */
  public static ThrottleExecHandler of(UriRules rules) {
    return new ThrottleExecHandler(rules);
  }

  /** Installs a handler at its place in the clients that a builder builds; returns the builder. */
  public static <B extends HttpClientBuilder> B addTo(B builder, UriRules rules) {
    builder.addExecInterceptorBefore(Installed.BEFORE, Installed.NAME, of(rules));
    return builder;
  }

  /** For the client: sends a request on when its turn has come. */
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Attempt attempt = Attempt.ofRules(rules, ApacheRequest.of(request), request);
    await(attempt, scope);
    try {
      ClassicHttpResponse response =
          attempt.<ClassicHttpResponse, Exception>send(() -> chain.proceed(request, scope));
      attempt.answered(response.getCode(), new ApacheHeaders(response));
      return response;
    } catch (IOException | HttpException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      attempt.overHere();
    }
  }

  private static void await(Attempt attempt, ExecChain.Scope scope) throws IOException {
    Throttle due = attempt.due();
    Permit free = due == null ? null : due.tryAcquire();
    if (due == null || free != null) {
      attempt.granted(free);
      return;
    }
    if (Installed.mayLetGoOfConnection(scope.clientContext)) {
      scope.execRuntime.releaseEndpoint();
    }
    try {
      attempt.awaitUnless(scope.execRuntime::isExecutionAborted);
    } catch (CancellationException e) {
      throw new RequestFailedException("Request aborted", e);
    }
  }
}
