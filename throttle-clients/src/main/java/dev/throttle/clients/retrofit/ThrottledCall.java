package dev.throttle.clients.retrofit;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import dev.throttle.core.ThrottledException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * and its time-outs have not begun. What fails the wait reaches the callback on the common pool,
 * never on the thread of whoever cancels, which may hold locks or complete the same future next.
 */
final class ThrottledCall<T> implements Call<T> {

  private final Call<T> call;

  /** Null where a call farther in pays, and this one only shows that it does. */
  private final @Nullable Toll toll;

  private final AtomicBoolean executed = new AtomicBoolean();

  // Each side writes its own of these two before it reads the other, so cancelling is not missed.
  private volatile boolean cancelled;
  private volatile @Nullable CompletableFuture<Permit> wait;

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
    Throttle due = attempt.due();
    attempt.granted(due == null ? null : unlessCancelled(await(due)));
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
    } else {
      startWaiting(due)
          .whenComplete((permit, failure) -> waited(attempt, permit, failure, callback));
    }
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
    Attempt attempt = cancelled ? Attempt.unthrottled(request) : toll.attempt(request);
    return attempt;
  }

  // ---- waiting

  private CompletableFuture<Permit> startWaiting(Throttle due) {
    CompletableFuture<Permit> waiting = due.acquireAsync();
    wait = waiting;
    if (cancelled) {
      waiting.cancel(false);
    }
    return waiting;
  }

  /** Waits in the calling thread, but not as other calls do there: this one can be cancelled. */
  private Permit await(Throttle due) throws IOException {
    CompletableFuture<Permit> waiting = startWaiting(due);
    try {
      return Attempt.await(waiting, due);
    } catch (CancellationException e) {
      throw new IOException("Canceled", e);
    }
  }

  /** The wait has ended, perhaps before it began. */
  private void waited(
      Attempt attempt, @Nullable Permit permit, @Nullable Throwable failure, Callback<T> callback) {
    if (permit == null) {
      fail(
          callback,
          failure instanceof CancellationException
              ? new IOException("Canceled", failure)
              : failure);
      return;
    }
    try {
      attempt.granted(unlessCancelled(permit));
      send(attempt, callback);
    } catch (Throwable refused) {
      fail(callback, refused);
    }
  }

  private void fail(Callback<T> callback, @Nullable Throwable failure) {
    CompletableFuture<Void> anyOther = new CompletableFuture<>();
    anyOther.defaultExecutor().execute(() -> callback.onFailure(this, failure));
  }

  /** Gives back the permit of a call that will not be sent. */
  private @Nullable Permit unlessCancelled(Permit permit) {
    if (!cancelled) {
      return permit;
    }
    permit.giveBack();
    return null;
  }

  /** Ends the wait for a permit, if there is one: nobody wants the answer any more. */
  void stopWaiting() {
    CompletableFuture<Permit> waiting = wait;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  // ---- sending

  private void send(Attempt attempt, Callback<T> callback) {
    boolean accepted = false;
    attempt.handOver();
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
    cancelled = true;
    call.cancel();
    stopWaiting();
  }

  @Override
  public boolean isCanceled() {
    return cancelled || call.isCanceled();
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
