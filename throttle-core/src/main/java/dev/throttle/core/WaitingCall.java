package dev.throttle.core;

import static dev.throttle.core.BadArgument.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Waits to start an asynchronous call, and completes its permit when the call is. */
final class WaitingCall<T extends @Nullable Object> extends WaitingFuture<T> {

  private final Function<? super Permit, ? extends CompletionStage<T>> call;

  /** The started call's own future; null before the start and where it has none. */
  private volatile @Nullable CompletableFuture<T> started;

  WaitingCall(Throttle throttle, Function<? super Permit, ? extends CompletionStage<T>> call) {
    super(throttle);
    this.call = call;
  }

  /** Starts the call under a permit that needed no waiting. */
  CompletableFuture<T> startNow(long stamp) {
    this.stamp = stamp;
    state = State.GRANTED;
    future.whenComplete(this);
    granted();
    return future;
  }

  @Override
  void granted() {
    // Closed once, whatever a foreign stage does: it may throw, or call back, or both.
    Permit permit = new Permit(throttle, stamp);
    try {
      CompletionStage<T> stage =
          requireNonNull(call.apply(permit), "the stage returned by an asynchronous call");
      if (stage instanceof CompletableFuture<T> own) {
        started = own;
      }
      stage.whenComplete((value, failure) -> completed(permit, value, failure));
    } catch (Throwable failure) {
      permit.close();
      future.completeExceptionally(failure);
      return;
    }
    if (future.isDone()) {
      completedAfterGrant();
    }
  }

  private void completed(Permit permit, T value, @Nullable Throwable failure) {
    permit.close();
    if (failure == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(failure);
    }
  }

  @Override
  void completedAfterGrant() {
    CompletableFuture<T> own = started;
    if (own != null) {
      own.cancel(true);
    }
  }
}
