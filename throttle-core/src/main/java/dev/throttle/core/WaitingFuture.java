package dev.throttle.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  private static final VarHandle DECIDED;

  static {
    try {
      DECIDED = MethodHandles.lookup().findVarHandle(WaitingFuture.class, "decided", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final CompletableFuture<T> future = new CompletableFuture<>();

  /** What the caller's thread had when it began to wait. */
  private CallerContext.@Nullable Captured context;

  /**
   * Whether the executor has run us or failed to: some do both, and the permit is to be used once.
   */
  @SuppressWarnings("UnusedVariable") // through DECIDED
  private volatile boolean decided;

  WaitingFuture(Throttle throttle) {
    super(throttle);
  }

  /** Queues and returns the future. */
  final CompletableFuture<T> join() {
    context = throttle.route.room.contexts.capture();
    try {
      boolean atOnce = throttle.route.room.join(this);
      future.whenComplete(this);
      if (atOnce) {
        granted();
      }
    } catch (ThrottledException refused) {
      future.completeExceptionally(refused);
    }
    return future;
  }

  /** The future is complete, by its holder or by us. */
  @Override
  public final void accept(T value, @Nullable Throwable failure) {
    if (state != State.WAITING || !throttle.route.room.leave(this)) {
      completedAfterGrant();
    }
  }

  @Override
  final void ready() {
    try {
      throttle.executor.execute(this);
    } catch (RuntimeException | Error rejected) {
      if (!DECIDED.compareAndSet(this, false, true)) {
        return;
      }
      // Nobody else would ever complete it, so it is done on this thread.
      if (state == State.GRANTED) {
        throttle.giveBack(stamp);
      }
      future.completeExceptionally(rejected);
    }
  }

  @Override
  public final void run() {
    if (!DECIDED.compareAndSet(this, false, true)) {
      return;
    }
    CallerContext.Captured captured = context;
    if (captured == null) {
      end();
    } else {
      Contexts.run(captured, this::end);
    }
  }

  private void end() {
    if (state == State.REFUSED) {
      future.completeExceptionally(Objects.requireNonNull(refusal));
    } else if (future.isDone()) {
      throttle.giveBack(stamp);
    } else {
      start();
    }
  }

  /** The executor may have been so late that the permit is gone; then the wait begins again. */
  private void start() {
    long renewed = throttle.renew(stamp);
    if (renewed >= 0) {
      stamp = renewed;
      granted();
    } else {
      decided = false;
      join();
    }
  }

  /** Uses the permit of {@link #stamp}. */
  abstract void granted();

  /** The future was completed when its permit was granted already. */
  abstract void completedAfterGrant();
}
