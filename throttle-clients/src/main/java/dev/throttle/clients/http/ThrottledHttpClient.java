package dev.throttle.clients.http;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@code HttpClient} that takes a permit for each request before another one sends it.
 *
 * <pre>{@code
 * UriRules rules = UriRules.of(buckets).when("api.foo.com/**").pass("api.foo.com");
 * HttpClient client = ThrottledHttpClient.of(HttpClient.newHttpClient(), rules);
 * client.sendAsync(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <p>{@code send} waits in the calling thread; a virtual thread unmounts. {@code sendAsync} never
 * blocks. Cancelling its future while it waits means that nothing is sent, later it cancels the
 * request; {@code cancel(true)} of a future that was made of it does the same, as the JDK's client
 * has it. Time-outs begin when the request is sent.
 *
 * <p>A permit is complete when the headers of the response are in, or the attempt has failed; the
 * body is read afterwards. A refusal is a {@link dev.throttle.core.ThrottledException}, thrown by
 * {@code send} and what {@code sendAsync} fails with.
 *
 * <p>A redirect is another request, which takes its own permit by its own URI. The wrapped client
 * would follow it without one, so this one does; see {@link #followingRedirects}.
 *
 * <p>Everything else is the wrapped client's: its executor, cookies, proxy and so on. On JDK 21 and
 * later it is shut down with this one, when no call needs it any more. Not throttled: the handshake
 * of a {@code WebSocket}. Safe for use by many threads.
 */
public final class ThrottledHttpClient extends HttpClient {

  private final HttpClient client;
  private final UriRules rules;
  private final Redirects redirects;
  private final Lifetime lifetime;

  private ThrottledHttpClient(
      HttpClient client, UriRules rules, Redirects redirects, Lifetime lifetime) {
    this.client = client;
    this.rules = rules;
    this.redirects = redirects;
    this.lifetime = lifetime;
  }

  /**
   * Returns a client that sends through another one, which is not to be used otherwise.
   *
   * @throws IllegalArgumentException if that one follows redirects, for which it would take no
   *     permits
   */
  public static ThrottledHttpClient of(HttpClient client, UriRules rules) {
    Objects.requireNonNull(client, "client must not be null.");
    Objects.requireNonNull(rules, "rules must not be null.");
    boolean followsWithPermits = client instanceof ThrottledHttpClient;
    Redirect follows = client.followRedirects();
    if (follows != Redirect.NEVER && !followsWithPermits) {
      throw new IllegalArgumentException(
          "the client follows redirects (followRedirects("
              + follows
              + ")) and would take no permits for them. Build it with followRedirects(NEVER), and"
              + " say ThrottledHttpClient.of(client, rules).followingRedirects("
              + follows
              + ").");
    }
    return new ThrottledHttpClient(
        client, rules, new Redirects(Redirect.NEVER), new Lifetime(client));
  }

  /**
   * Returns this client as one that follows redirects like the JDK's own: at most five, of status
   * 301, 302, 303, 307 and 308, the answers to which are no more than {@code previousResponse}.
   * Each takes its permit. {@code Authorization} and {@code Cookie} headers of the request are not
   * sent to another server. Both clients are shut down together.
   */
  public ThrottledHttpClient followingRedirects(Redirect policy) {
    Objects.requireNonNull(policy, "policy must not be null.");
    return new ThrottledHttpClient(client, rules, new Redirects(policy), lifetime);
  }

  // ---- sending

  /**
   * Sends a request when its turn has come.
   *
   * @throws dev.throttle.core.ThrottledException if the request was refused and not sent; also if
   *     the thread was interrupted while it waited, whose interrupt flag is then set again
   */
  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    requireNonNull(request, handler);
    lifetime.enter();
    try {
      Hop<T> hop = Hop.first(request, handler, redirects, rules);
      while (true) {
        HttpResponse<T> response = hop.seen(sendNow(hop));
        Hop<T> next = hop.next(response, rules);
        if (next == null) {
          return response;
        }
        hop = next;
      }
    } finally {
      lifetime.leave();
    }
  }

  private <T> HttpResponse<T> sendNow(Hop<T> hop) throws IOException, InterruptedException {
    Attempt attempt = hop.attempt;
    Throttle due = attempt.due();
    attempt.granted(due == null ? null : acquire(due));
    try {
      return attempt.<HttpResponse<T>, Exception>send(() -> client.send(hop.request, hop));
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      attempt.overHere();
    }
  }

  /** Waits in the calling thread, but in a way that ends when the client is shut down at once. */
  private Permit acquire(Throttle due) throws IOException {
    Permit free = due.tryAcquire();
    if (free != null) {
      return free;
    }
    CompletableFuture<Permit> waiting = due.acquireAsync();
    lifetime.failOnShutdown(waiting);
    return Attempt.await(waiting, due);
  }

  /** Sends a request when its turn has come, like the other method. */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  /**
   * Sends a request when its turn has come. Never blocks; no thread waits.
   *
   * @param pushes what is done with responses that the server pushes, or null; they take no permits
   * @return a future that fails with a {@link dev.throttle.core.ThrottledException} if the request
   *     was refused and not sent
   */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    requireNonNull(request, handler);
    try {
      lifetime.enter();
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    Answer<HttpResponse<T>> answer =
        new AsyncCall<>(client, rules, pushes)
            .begin(() -> Hop.first(request, handler, redirects, rules));
    lifetime.failOnShutdown(answer);
    answer.whenComplete((response, failure) -> lifetime.leave());
    return answer;
  }

  private static void requireNonNull(HttpRequest request, BodyHandler<?> handler) {
    Objects.requireNonNull(request, "request must not be null.");
    Objects.requireNonNull(handler, "body handler must not be null.");
  }

  // ---- since JDK 21; without @Override, as this is compiled for JDK 17

  /**
   * Takes no further requests; those that wait or are under way are seen through. The wrapped
   * client is shut down after them, on JDK 21 and later.
   */
  public void shutdown() {
    lifetime.shutdown();
  }

  /** Takes no further requests, fails those that wait, and ends those that are under way. */
  public void shutdownNow() {
    lifetime.shutdownNow();
  }

  /**
   * Waits until this client and, on JDK 21 and later, the wrapped one are terminated after a
   * shutdown.
   *
   * @return whether they are
   */
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return lifetime.awaitTermination(Objects.requireNonNull(duration, "duration"));
  }

  /** Returns whether all is over after a shutdown, like {@link #awaitTermination}. */
  public boolean isTerminated() {
    return lifetime.isTerminated();
  }

  // ---- the wrapped client's

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  /** Returns the policy by which this client follows redirects. */
  @Override
  public Redirect followRedirects() {
    return redirects.policy();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return client.newWebSocketBuilder();
  }

  @Override
  public String toString() {
    return "ThrottledHttpClient of " + client;
  }
}
