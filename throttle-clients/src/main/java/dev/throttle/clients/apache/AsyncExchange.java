package dev.throttle.clients.apache;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One request of the asynchronous client, from its wait to the headers of its response.
 *
 * <p>Whatever fails is told to the callback and never thrown: the client catches only some of it,
 * and nothing after the first request of a call.
 */
final class AsyncExchange implements AsyncExecCallback {

  /** Sends the request, and tells a callback of the response. */
  interface Sending {
    void send(AsyncExecCallback callback) throws HttpException, IOException;
  }

  private final Attempt attempt;
  private final AsyncExecChain.Scope scope;
  private final AsyncExecCallback callback;
  private final Sending sending;

  AsyncExchange(
      Attempt attempt, AsyncExecChain.Scope scope, AsyncExecCallback callback, Sending sending) {
    this.attempt = attempt;
    this.scope = scope;
    this.callback = callback;
    this.sending = sending;
  }

  /** Sends the request now if it may go, otherwise later. */
  void begin() {
    Throttle due = attempt.due();
    Permit free = due == null ? null : due.tryAcquire();
    if (due == null || free != null) {
      attempt.granted(free);
      send();
      return;
    }
    try {
      if (Installed.mayLetGoOfConnection(scope.clientContext)) {
        scope.execRuntime.releaseEndpoint();
      }
      join(due.acquireAsync());
    } catch (RuntimeException refused) {
      failed(refused);
    }
  }

  private void join(CompletableFuture<Permit> waiting) {
    CancellableDependency call = scope.cancellableDependency;
    call.setDependency(() -> waiting.cancel(false));
    if (call.isCancelled()) {
      waiting.cancel(false); // a call that is cancelled just now may not have seen its dependency
    }
    waiting.whenComplete(
        (permit, failure) -> {
          if (permit == null) {
            failed(failure);
          } else {
            attempt.granted(permit);
            sendUnlessCancelled();
          }
        });
  }

  private void sendUnlessCancelled() {
    if (scope.cancellableDependency.isCancelled()) {
      attempt.unsent();
      failed(new CancellationException("cancelled before it was sent"));
    } else {
      send();
    }
  }

  private void send() {
    try {
      attempt.<AsyncExecCallback, Exception>send(
          () -> {
            sending.send(this);
            return this;
          });
    } catch (Throwable notSent) {
      failed(notSent);
    }
  }

  private void failed(Throwable failure) {
    failed(failure instanceof Exception known ? known : new IOException(failure));
  }

  // ---- what the client tells

  @Override
  public @Nullable AsyncDataConsumer handleResponse(
      HttpResponse response, @Nullable EntityDetails entity) throws HttpException, IOException {
    attempt.answered(response.getCode(), new ApacheHeaders(response));
    return callback.handleResponse(response, entity);
  }

  @Override
  public void handleInformationResponse(HttpResponse response) throws HttpException, IOException {
    callback.handleInformationResponse(response);
  }

  @Override
  public void completed() {
    attempt.over();
    callback.completed();
  }

  @Override
  public void failed(Exception failure) {
    attempt.over();
    callback.failed(failure);
  }
}
