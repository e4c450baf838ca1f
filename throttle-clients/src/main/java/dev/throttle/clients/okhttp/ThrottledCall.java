package dev.throttle.clients.okhttp;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Takes a permit for the first request of a call when the call is executed or enqueued. While it
 * waits, nothing is asked of the call inside. The attempt is handed over to the {@link
 * ThrottleInterceptor} of the client, which completes it when the headers are in.
 */
final class ThrottledCall implements Call {

  private final OkHttpClient client;
  private final UriRules rules;
  private final Call call;
  private final AtomicBoolean executed = new AtomicBoolean();

  // Each side writes its own of these two before it reads the other, so cancelling is not missed.
  private volatile boolean cancelled;
  private volatile @Nullable CompletableFuture<Permit> wait;

  ThrottledCall(OkHttpClient client, Request request, UriRules rules) {
    this.client = client;
    this.rules = rules;
    // Several calls may be made of one request; each has its own, by which it is known.
    this.call = client.newCall(request.newBuilder().build());
  }

  @Override
  public Response execute() throws IOException {
    claim();
    Attempt attempt = attempt();
    Throttle due = attempt.due();
    if (due != null) {
      try {
        attempt.granted(Attempt.await(startWaiting(due), due));
      } catch (CancellationException e) {
        throw new IOException("Canceled", e);
      }
    }
    attempt.handOver();
    try {
      return endWith(attempt, attempt.send(call::execute));
    } finally {
      attempt.overHere();
    }
  }

  @Override
  public void enqueue(Callback callback) {
    Objects.requireNonNull(callback, "callback == null");
    claim();
    Attempt attempt;
    try {
      attempt = attempt();
    } catch (ThrottledException refusal) {
      fail(callback, refusal);
      return;
    }
    Throttle due = attempt.due();
    if (due == null) {
      send(attempt, callback);
      return;
    }
    startWaiting(due)
        .whenComplete(
            (permit, failure) -> {
              if (permit == null) {
                fail(callback, failure);
              } else {
                attempt.granted(permit);
                send(attempt, callback);
              }
            });
  }

  private void claim() {
    if (!executed.compareAndSet(false, true)) {
      throw new IllegalStateException("Already Executed");
    }
  }

  private Attempt attempt() {
    Request request = call.request();
    return Attempt.ofRules(rules, new OkHttpRequest(request), request);
  }

  private CompletableFuture<Permit> startWaiting(Throttle due) {
    CompletableFuture<Permit> waiting = due.acquireAsync();
    wait = waiting;
    if (cancelled) {
      waiting.cancel(false);
    }
    return waiting;
  }

  private void send(Attempt attempt, Callback callback) {
    attempt.handOver();
    try {
      attempt.<Call, RuntimeException>send(
          () -> {
            call.enqueue(ending(attempt, callback));
            return call;
          });
    } catch (Throwable refused) {
      attempt.over();
      fail(callback, refused);
    }
  }

  private Callback ending(Attempt attempt, Callback callback) {
    return new Callback() {
      @Override
      public void onResponse(Call inner, Response response) throws IOException {
        callback.onResponse(ThrottledCall.this, endWith(attempt, response));
      }

      @Override
      public void onFailure(Call inner, IOException failure) {
        attempt.over();
        callback.onFailure(ThrottledCall.this, failure);
      }
    };
  }

  private static Response endWith(Attempt attempt, Response response) {
    if (response.networkResponse() == null && response.priorResponse() == null) {
      attempt.unsent(); // a cache had it
    } else {
      attempt.over();
    }
    return response;
  }

  /**
   * Tells the callback, on the common pool: never on the thread of whoever cancels, which may hold
   * locks. OkHttp's callbacks know no other failure than an {@code IOException}.
   */
  private void fail(Callback callback, @Nullable Throwable failure) {
    IOException told =
        failure instanceof CancellationException
            ? new IOException("Canceled", failure)
            : failure instanceof IOException io
                ? io
                : new IOException(failure == null ? null : failure.getMessage(), failure);
    CompletableFuture<Void> anyOther = new CompletableFuture<>();
    anyOther.defaultExecutor().execute(() -> callback.onFailure(this, told));
  }

  // ---- the rest of a call

  @Override
  public void cancel() {
    cancelled = true;
    call.cancel();
    CompletableFuture<Permit> waiting = wait;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  @Override
  public boolean isCanceled() {
    return call.isCanceled();
  }

  @Override
  public boolean isExecuted() {
    return executed.get();
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // a clone is a new call, not a copy of this one
  public Call clone() {
    return new ThrottledCall(client, call.request(), rules);
  }

  @Override
  public Request request() {
    return call.request();
  }

  @Override
  public Timeout timeout() {
    return call.timeout();
  }
}
