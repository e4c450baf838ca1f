package dev.throttle.clients.okhttp;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.Turn;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;

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

  private final Turn turn = new Turn();

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
    turn.await(attempt);
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
    Consumer<Throwable> failed = failure -> callback.onFailure(this, inOkHttpsWords(failure));
    Attempt attempt;
    try {
      attempt = attempt();
    } catch (ThrottledException refusal) {
      Turn.fail(failed, refusal);
      return;
    }
    turn.await(attempt, () -> send(attempt, callback, failed), failed);
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

  private void send(Attempt attempt, Callback callback, Consumer<Throwable> failed) {
    attempt.handOver();
    try {
      attempt.<Call, RuntimeException>send(
          () -> {
            call.enqueue(ending(attempt, callback));
            return call;
          });
    } catch (Throwable refused) {
      attempt.over();
      Turn.fail(failed, refused);
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

  /** Callbacks know no other failure than an {@code IOException}. */
  private static IOException inOkHttpsWords(Throwable failure) {
    return failure instanceof IOException known
        ? known
        : new IOException(failure.getMessage(), failure);
  }

  // ---- the rest of a call

  @Override
  public void cancel() {
    turn.cancel();
    call.cancel();
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
