package dev.throttle.clients.http;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import org.jspecify.annotations.Nullable;

/**
 * One request of a call: the caller's own, or one that follows a redirect. It is the body handler
 * of its response, which the client asks for when the headers are in.
 */
final class Hop<T> implements BodyHandler<T> {

  final HttpRequest request;
  private final BodyHandler<T> handler;
  private final Redirects redirects;
  private final int followed;
  private final @Nullable HttpResponse<T> previous;
  final Attempt attempt;

  // Written by the thread on which the headers arrive.
  private volatile @Nullable HttpRequest next;

  private Hop(
      HttpRequest request,
      BodyHandler<T> handler,
      Redirects redirects,
      int followed,
      @Nullable HttpResponse<T> previous,
      UriRules rules) {
    this.request = request;
    this.handler = handler;
    this.redirects = redirects;
    this.followed = followed;
    this.previous = previous;
    this.attempt = Attempt.ofRules(rules, new JdkRequest(request), request);
  }

  /**
   * Returns the first hop of a call.
   *
   * @throws IllegalArgumentException if a rule finds no key
   * @throws dev.throttle.core.ThrottledException if a bucket has as many keys as it may have
   */
  static <T> Hop<T> first(
      HttpRequest request, BodyHandler<T> handler, Redirects redirects, UriRules rules) {
    return new Hop<>(request, handler, redirects, 0, null, rules);
  }

  /**
   * Returns the hop that follows the response to this one, or null if that is the final one.
   *
   * @param response as callers see it
   * @throws IllegalArgumentException as {@link #first}
   */
  @Nullable Hop<T> next(HttpResponse<T> response, UriRules rules) {
    HttpRequest following = next;
    return following == null
        ? null
        : new Hop<>(following, handler, redirects, followed + 1, response, rules);
  }

  /** Returns a response as callers see it. */
  HttpResponse<T> seen(HttpResponse<T> response) {
    return RedirectedResponse.of(response, previous);
  }

  /** The body of a redirect is nobody's: the caller's handler is asked for the final one only. */
  @Override
  public BodySubscriber<T> apply(ResponseInfo headers) {
    next = redirects.next(request, headers, followed);
    attempt.answered(headers.statusCode(), headers.headers()::allValues);
    return next == null ? handler.apply(headers) : nobody();
  }

  @SuppressWarnings("NullAway") // as the JDK's client: a response that was followed has no body
  private static <T> BodySubscriber<T> nobody() {
    return BodySubscribers.replacing(null);
  }
}
