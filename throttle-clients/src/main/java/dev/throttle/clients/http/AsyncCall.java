package dev.throttle.clients.http;

import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An asynchronous call, with all its hops, none of which holds a thread while it waits. */
final class AsyncCall<T> {

  private final HttpClient client;
  private final UriRules rules;
  private final @Nullable PushPromiseHandler<T> pushes;
  private final Answer<HttpResponse<T>> answer = new Answer<>();

  // Who sends writes this before it reads whether the answer is done, who completes the answer
  // does so before this is read: so the end of a call is not missed.
  private volatile @Nullable CompletableFuture<HttpResponse<T>> underWay;

  AsyncCall(HttpClient client, UriRules rules, @Nullable PushPromiseHandler<T> pushes) {
    this.client = client;
    this.rules = rules;
    this.pushes = pushes;
  }

  /**
   * Begins the call.
   *
   * @param first makes the first hop, which may be refused
   */
  Answer<HttpResponse<T>> begin(Supplier<Hop<T>> first) {
    answer.whenComplete((response, failure) -> end());
    follow(first);
    return answer;
  }

  private void follow(Supplier<@Nullable Hop<T>> next) {
    Hop<T> hop;
    try {
      hop = next.get();
      if (hop != null) {
        start(hop);
      }
    } catch (Throwable refused) {
      answer.completeExceptionally(refused);
    }
  }

  private void start(Hop<T> hop) {
    Throttle due = hop.attempt.due();
    CompletableFuture<HttpResponse<T>> started =
        due == null ? send(hop, null) : due.callAsyncWithPermit(permit -> send(hop, permit));
    underWay = started;
    if (answer.isDone()) {
      end();
    }
    started.whenComplete((response, failure) -> ended(hop, response, failure));
  }

  private CompletableFuture<HttpResponse<T>> send(Hop<T> hop, @Nullable Permit permit) {
    hop.attempt.granted(permit);
    return hop.attempt.send(
        () ->
            pushes == null
                ? client.sendAsync(hop.request, hop)
                : client.sendAsync(hop.request, hop, pushes));
  }

  private void ended(Hop<T> hop, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    hop.attempt.over();
    if (response == null) {
      answer.completeExceptionally(
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
      return;
    }
    HttpResponse<T> seen = hop.seen(response);
    follow(
        () -> {
          Hop<T> next = answer.isDone() ? null : hop.next(seen, rules);
          if (next == null) {
            answer.complete(seen);
          }
          return next;
        });
  }

  /** Ends the wait or the request: the answer is there, or nobody wants it any more. */
  private void end() {
    CompletableFuture<HttpResponse<T>> current = underWay;
    if (current != null && !current.isDone()) {
      current.cancel(true);
    }
  }
}
