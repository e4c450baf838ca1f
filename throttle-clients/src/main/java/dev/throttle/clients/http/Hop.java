package dev.throttle.clients.http;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.Charge;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
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

  /** Sends a request. */
  interface Sending<R, X extends Exception> {
    R send() throws X;
  }

  final HttpRequest request;
  private final BodyHandler<T> handler;
  private final Redirects redirects;
  private final int followed;
  private final @Nullable HttpResponse<T> previous;
  private final Charge charge;

  // Written before the request is sent, or by the thread on which its headers arrive.
  private volatile @Nullable Permit permit;
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
    this.charge = Charge.of(rules, new JdkRequest(request));
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

  /** Returns what has to be passed before the request is sent, or null for nothing. */
  @Nullable Throttle due() {
    return charge.due();
  }

  /**
   * Sends the request on this thread, now that its turn has come.
   *
   * @param granted null if nothing was due
   */
  <R, X extends Exception> R send(@Nullable Permit granted, Sending<R, X> sending) throws X {
    permit = granted;
    Object outer = charge.enter(request);
    try {
      return sending.send();
    } finally {
      Attempt.leave(outer);
    }
  }

  /** The headers are in: the provider has counted the request, and said what it says of limits. */
  private void headersArrived(ResponseInfo headers) {
    next = redirects.next(request, headers, followed);
    over();
  }

  /** Says that the attempt is complete, however it ended; may be repeated. */
  void over() {
    Permit held = permit;
    if (held != null) {
      held.close();
    }
    charge.completed();
  }

  /** Says so on the thread that has sent the request and waited for the response. */
  void overHere() {
    over();
    charge.completedHere();
  }

  /** The body of a redirect is nobody's: the caller's handler is asked for the final one only. */
  @Override
  public BodySubscriber<T> apply(ResponseInfo headers) {
    headersArrived(headers);
    return next == null ? handler.apply(headers) : nobody();
  }

  @SuppressWarnings("NullAway") // as the JDK's client: a response that was followed has no body
  private static <T> BodySubscriber<T> nobody() {
    return BodySubscribers.replacing(null);
  }
}
