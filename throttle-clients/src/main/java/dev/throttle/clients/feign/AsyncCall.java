package dev.throttle.clients.feign;

import feign.InvocationHandlerFactory.MethodHandler;
import feign.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method that returns a future, with all its attempts.
 *
 * <p>Feign does not tell its client that the future it has returned was cancelled: the request
 * would wait for a permit, and be sent, for nobody. So the future is watched from outside.
 * Cancelling it cancels the attempt; completing it in another way only ends the wait, as the client
 * would see the request through.
 *
 * <p>The call is known to its attempts by the thread: Feign makes the first one before the method
 * returns, and each retry where the attempt before it was completed.
 */
final class AsyncCall {

  private static final ThreadLocal<@Nullable AsyncCall> OF_THREAD = new ThreadLocal<>();

  private volatile @Nullable AsyncAttempt latest;
  private volatile @Nullable CompletableFuture<?> returned;

  private AsyncCall() {}

  static @Nullable AsyncCall ofThread() {
    return OF_THREAD.get();
  }

  /** Calls a method and watches the future that it returns. */
  static Object invoke(MethodHandler handler, Object[] arguments) throws Throwable {
    AsyncCall call = new AsyncCall();
    AsyncCall outer = call.enter();
    Object result;
    try {
      result = handler.invoke(arguments);
    } finally {
      leave(outer);
    }
    if (result instanceof CompletionStage<?> stage) {
      CompletableFuture<?> future = stage.toCompletableFuture();
      call.returned = future;
      future.whenComplete((value, failure) -> call.returnedIsComplete(future));
    }
    return result;
  }

  /** Returns what Feign shall see of an attempt: the same outcome, in the context of this call. */
  CompletableFuture<Response> watch(AsyncAttempt attempt, CompletableFuture<Response> outcome) {
    latest = attempt;
    CompletableFuture<?> future = returned;
    if (future != null && future.isDone()) {
      returnedIsComplete(future);
    }
    CompletableFuture<Response> seen = new CompletableFuture<>();
    outcome.whenComplete(
        (response, failure) -> {
          AsyncCall outer = enter();
          try {
            if (failure == null) {
              seen.complete(response);
            } else {
              seen.completeExceptionally(failure);
            }
          } finally {
            leave(outer);
          }
        });
    seen.whenComplete((response, failure) -> attempt.cancel(true));
    return seen;
  }

  private void returnedIsComplete(CompletableFuture<?> future) {
    AsyncAttempt attempt = latest;
    if (attempt != null) {
      attempt.cancel(future.isCancelled());
    }
  }

  private @Nullable AsyncCall enter() {
    AsyncCall outer = OF_THREAD.get();
    OF_THREAD.set(this);
    return outer;
  }

  private static void leave(@Nullable AsyncCall outer) {
    if (outer == null) {
      OF_THREAD.remove();
    } else {
      OF_THREAD.set(outer);
    }
  }
}
