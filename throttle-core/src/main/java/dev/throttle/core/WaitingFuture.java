package dev.throttle.core;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A caller that waits without a thread: it holds a future and may complete it in whatever way while
 * it waits.
 *
 * <p>The future itself decides between the caller and us: it is watched for completion, whoever
 * completes it, and what we bring too late is given back.
 */
abstract class WaitingFuture<T extends @Nullable Object> extends Waiter
    implements Runnable, BiConsumer<T, @Nullable Throwable> {

  final CompletableFuture<T> future = new CompletableFuture<>();

  WaitingFuture(Throttle throttle) {
    super(throttle);
  }

  /** Queues and returns the future. */
  final CompletableFuture<T> join() {
    try {
      if (throttle.room.join(this)) {
        granted();
      } else {
        future.whenComplete(this);
      }
    } catch (ThrottledException refused) {
      future.completeExceptionally(refused);
    }
    return future;
  }

  /** The future is complete, by its holder or by us. */
  @Override
  public final void accept(T value, @Nullable Throwable failure) {
    if (state != State.WAITING || !throttle.room.leave(this)) {
      completedAfterGrant();
    }
  }

  @Override
  final void ready() {
    try {
      throttle.executor.execute(this);
    } catch (RuntimeException | Error rejected) {
      // Nobody else would ever complete it, so it is done on this thread.
      if (state == State.GRANTED) {
        throttle.giveBack(stamp);
      }
      future.completeExceptionally(rejected);
    }
  }

  @Override
  public final void run() {
    if (state == State.REFUSED) {
      future.completeExceptionally(Objects.requireNonNull(refusal));
    } else if (future.isDone()) {
      throttle.giveBack(stamp);
    } else {
      granted();
    }
  }

  /** Uses the permit of {@link #stamp}. */
  abstract void granted();

  /** The future was completed when its permit was granted already. */
  abstract void completedAfterGrant();
}
