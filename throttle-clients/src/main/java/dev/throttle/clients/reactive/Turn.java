package dev.throttle.clients.reactive;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The turn of one subscription: it waits for a permit without a thread, subscribes under it to what
 * is throttled, and is over when that has ended or nobody wants it any more.
 *
 * <p>{@link #await} and {@link #end} may race. The future of the call decides between them: an end
 * before the grant leaves the queue, and a permit that was granted is completed by either.
 *
 * <p>What is subscribed to may signal before subscribing returns, on the same stack, where a hook
 * would find paid whatever the subscriber calls next. So signals go through {@link #tell}.
 */
final class Turn {

  private final @Nullable Throttle due;
  private final Paying paying;
  private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
  private volatile @Nullable Permit permit;

  /**
   * The thread that is subscribing now. Others may see an old value, but never themselves by
   * mistake.
   */
  private @Nullable Thread subscribing;

  /**
   * @param due what is to be passed, null for nothing
   */
  Turn(@Nullable Throttle due, Paying paying) {
    this.due = due;
    this.paying = paying;
  }

  /**
   * Waits. Called once.
   *
   * @param granted subscribes, on this thread if a permit is free now, otherwise on the executor of
   *     what is due
   * @param refused told why not
   */
  void await(Runnable granted, Consumer<? super Throwable> refused) {
    if (due == null) {
      subscribe(null, granted);
      return;
    }
    CompletableFuture<@Nullable Void> call =
        due.callAsyncWithPermit(
            held -> {
              start(held, granted);
              return over;
            });
    call.whenComplete(
        (none, failure) -> {
          if (failure != null && !over.isDone()) {
            refused.accept(failure);
          }
        });
    over.whenComplete((none, failure) -> call.cancel(false));
  }

  private void start(Permit held, Runnable granted) {
    permit = held;
    if (over.isDone()) {
      held.close(false);
    } else {
      subscribe(held, granted);
    }
  }

  private void subscribe(@Nullable Permit held, Runnable granted) {
    paying.pay(
        held,
        () -> {
          subscribing = Thread.currentThread();
          try {
            granted.run();
          } finally {
            subscribing = null;
          }
        });
  }

  /** Passes a signal of what was subscribed to on to the subscriber. */
  void tell(Runnable signal) {
    if (subscribing == Thread.currentThread()) {
      Attempt.aside(signal);
    } else {
      signal.run();
    }
  }

  /** Leaves the queue, or completes the permit; only the first time. */
  void end() {
    over.complete(null);
    Permit held = permit;
    if (held != null) {
      held.close();
    }
  }
}
