package dev.throttle.clients.retrofit;

import dev.throttle.clients.Attempt;
import dev.throttle.clients.Turn;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.Request;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;

/**
 * Takes a permit when a call is executed or enqueued, and not when it is made.
 *
 * <p>While it waits, nothing is asked of the call inside: it holds no slot of OkHttp's dispatcher,
 * and its time-outs have not begun.
 */
final class ThrottledCall<T> implements Call<T> {

  private final Call<T> call;

  /** Null where a call farther in pays, and this one only shows that it does. */
  private final @Nullable Toll toll;

  private final AtomicBoolean executed = new AtomicBoolean();

  private final Turn turn = new Turn();

  ThrottledCall(Call<T> call, @Nullable Toll toll) {
    this.call = call;
    this.toll = toll;
  }

  /** Returns a call that pays on execution, unless it is one that does already. */
  static Object paying(Throttle throttle, Object made) {
    return made instanceof Call<?> call && !(made instanceof ThrottledCall)
        ? new ThrottledCall<>(call, request -> Attempt.of(throttle, request))
        : made;
  }

  @Override
  public Response<T> execute() throws IOException {
    claim();
    Attempt attempt = attempt();
    turn.await(attempt);
    attempt.handOver();
    try {
      Response<T> response = attempt.<Response<T>, IOException>send(call::execute);
      answered(attempt, response);
      return response;
    } finally {
      attempt.overHere();
    }
  }

  @Override
  public void enqueue(Callback<T> callback) {
    Objects.requireNonNull(callback, "callback == null");
    claim();
    Consumer<Throwable> failed = failure -> callback.onFailure(this, failure);
    Attempt attempt;
    try {
      attempt = attempt();
    } catch (ThrottledException refusal) {
      Turn.fail(failed, refusal);
      return;
    }
    turn.await(attempt, () -> send(attempt, callback), failed);
  }

  private void claim() {
    if (!executed.compareAndSet(false, true)) {
      throw new IllegalStateException("Already executed.");
    }
  }

  private Attempt attempt() {
    if (toll == null) {
      return Attempt.unthrottled(null);
    }
    Request request;
    try {
      request = call.request();
    } catch (RuntimeException unmade) {
      return Attempt.unthrottled(null); // the call inside will tell
    }
    return turn.isCancelled() ? Attempt.unthrottled(request) : toll.attempt(request);
  }

  /** Ends the wait for a permit, if there is one: nobody wants the answer any more. */
  void stopWaiting() {
    turn.stopWaiting();
  }

  private void send(Attempt attempt, Callback<T> callback) {
    attempt.handOver();
    boolean accepted = false;
    try {
      attempt.<Call<T>, RuntimeException>send(
          () -> {
            call.enqueue(ending(attempt, callback));
            return call;
          });
      accepted = true;
    } finally {
      if (!accepted) {
        attempt.over();
      }
    }
  }

  private Callback<T> ending(Attempt attempt, Callback<T> callback) {
    return new Callback<>() {
      @Override
      public void onResponse(Call<T> inner, Response<T> response) {
        answered(attempt, response);
        callback.onResponse(ThrottledCall.this, response);
      }

      @Override
      public void onFailure(Call<T> inner, Throwable failure) {
        attempt.over();
        callback.onFailure(ThrottledCall.this, failure);
      }
    };
  }

  /** What OkHttp's cache had is what the provider said of another call. */
  private static void answered(Attempt attempt, Response<?> response) {
    okhttp3.Response raw = response.raw();
    if (raw.networkResponse() == null
        && raw.cacheResponse() != null
        && raw.priorResponse() == null) {
      attempt.unsent();
    } else {
      attempt.answered(response.code(), response.headers()::values);
    }
  }

  // ---- the rest of a call

  @Override
  public boolean isExecuted() {
    return executed.get() || call.isExecuted();
  }

  @Override
  public void cancel() {
    turn.cancel();
    call.cancel();
  }

  @Override
  public boolean isCanceled() {
    return turn.isCancelled() || call.isCanceled();
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // a clone is a new call, not a copy of this one
  public Call<T> clone() {
    return new ThrottledCall<>(call.clone(), toll);
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
