package dev.throttle.clients.feign;

import feign.InvocationHandlerFactory.MethodHandler;
import feign.Response;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method, with all its attempts: of one that returns a future, or whose key or cost
 * is among its arguments.
 *
 * <p>Feign does not tell its client that the future it has returned was cancelled: the request
 * would wait for a permit, and be sent, for nobody. So the future is watched from outside.
 * Cancelling it cancels the attempt; completing it in another way only ends the wait, as the client
 * would see the request through. Nor does Feign tell its client the arguments.
 *
 * <p>The call is known to its attempts by the thread: Feign makes the first one before the method
 * returns, and each retry where the attempt before it was completed.
 */
final class FeignCall {

  private static final ThreadLocal<@Nullable FeignCall> OF_THREAD = new ThreadLocal<>();

  private volatile @Nullable AsyncAttempt latest;
  private volatile @Nullable CompletableFuture<?> returned;

  private final Method method;
  private final @Nullable Object[] arguments;

  private FeignCall(Method method, @Nullable Object[] arguments) {
    this.method = method;
    this.arguments = arguments;
  }

  static @Nullable FeignCall ofThread() {
    return OF_THREAD.get();
  }

  /** Returns the arguments of the call that this thread makes, if it is one of this method. */
  static @Nullable Object @Nullable [] argumentsOf(Method method) {
    FeignCall call = OF_THREAD.get();
    return call != null && call.method.equals(method) ? call.arguments : null;
  }

  /** Calls a method, and watches the future that it may return. */
  static Object invoke(Method method, MethodHandler handler, Object[] arguments) throws Throwable {
    FeignCall call = new FeignCall(method, arguments);
    FeignCall outer = call.enter();
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
          FeignCall outer = enter();
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

  private @Nullable FeignCall enter() {
    FeignCall outer = OF_THREAD.get();
    OF_THREAD.set(this);
    return outer;
  }

  private static void leave(@Nullable FeignCall outer) {
    if (outer == null) {
      OF_THREAD.remove();
    } else {
      OF_THREAD.set(outer);
    }
  }
}
