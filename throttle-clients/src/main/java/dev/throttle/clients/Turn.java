package dev.throttle.clients;

import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The turn of a call that can be cancelled while it waits for it, in the manner of OkHttp. Not for
 * users of the hooks.
 *
 * <p>What fails the wait of a call without a thread is told on the common pool, never on the thread
 * of whoever cancels, which may hold locks or complete the same future next.
 */
public final class Turn {

  // Each side writes its own of these two before it reads the other, so cancelling is not missed.
  private volatile boolean cancelled;
  private volatile @Nullable CompletableFuture<Permit> wait;

  /**
   * Waits in the calling thread for what an attempt has to pass.
   *
   * @throws IOException if the call is cancelled
   * @throws dev.throttle.core.ThrottledException if it is refused
   */
  public void await(Attempt attempt) throws IOException {
    Throttle due = attempt.due();
    if (due != null) {
      try {
        grant(attempt, Attempt.await(start(due), due));
      } catch (CancellationException e) {
        throw new IOException("Canceled", e);
      }
    }
  }

  /**
   * Waits without a thread for what an attempt has to pass.
   *
   * @param send sends the request; what it throws after a wait is told to {@code failed}
   * @param failed told why it is not sent
   */
  public void await(Attempt attempt, Runnable send, Consumer<Throwable> failed) {
    Throttle due = attempt.due();
    if (due == null) {
      send.run();
      return;
    }
    start(due)
        .whenComplete(
            (permit, failure) -> {
              if (permit == null) {
                fail(failed, failure);
                return;
              }
              try {
                grant(attempt, permit);
                send.run();
              } catch (Throwable refused) {
                fail(failed, refused);
              }
            });
  }

  private CompletableFuture<Permit> start(Throttle due) {
    CompletableFuture<Permit> waiting = due.acquireAsync();
    wait = waiting;
    if (cancelled) {
      waiting.cancel(false);
    }
    return waiting;
  }

  /** Gives back the permit of a call that will not be sent. */
  private void grant(Attempt attempt, Permit permit) {
    if (cancelled) {
      permit.giveBack();
    } else {
      attempt.granted(permit);
    }
  }

  /** Tells why a call is not sent. */
  public static void fail(Consumer<Throwable> failed, @Nullable Throwable failure) {
    Throwable told =
        failure == null || failure instanceof CancellationException
            ? new IOException("Canceled", failure)
            : failure;
    CompletableFuture<Void> anyOther = new CompletableFuture<>();
    anyOther.defaultExecutor().execute(() -> failed.accept(told));
  }

  /** Ends the wait, if there is one: nobody wants the answer any more. */
  public void stopWaiting() {
    CompletableFuture<Permit> waiting = wait;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  /** Ends the wait, also one that has not begun. */
  public void cancel() {
    cancelled = true;
    stopWaiting();
  }

  /** Returns whether the call was cancelled. */
  public boolean isCancelled() {
    return cancelled;
  }
}
