package dev.throttle.clients;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A client under test, whose hook goes by annotations or by the rules of {@link RuledClient}.
 * Futures are cancelled the way a user of that client cancels a call.
 */
public interface HookedClient {

  CompletableFuture<?> send(Endpoint endpoint);

  /** Calls {@link Endpoint#METHOD} by reflection. */
  CompletableFuture<?> sendReflectively() throws ReflectiveOperationException;

  /** Makes a call of the same bucket that has {@code maxWait = "PT0S"}. */
  CompletableFuture<?> sendUnlessBusy();

  /** Makes a call of which no annotation and no rule says anything. */
  CompletableFuture<?> sendUnthrottled();

  /** Makes a blocking call on a thread of its own, which cancelling interrupts. */
  static CompletableFuture<Object> onThread(Callable<?> call) {
    return onThread(call, Thread::interrupt);
  }

  /** Makes a blocking call on a thread of its own, which is cancelled somehow. */
  static CompletableFuture<Object> onThread(
      Callable<?> call, java.util.function.Consumer<Thread> cancel) {
    CompletableFuture<Object> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(call.call());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    thread.setDaemon(true);
    thread.start();
    result.whenComplete(
        (value, failure) -> {
          if (result.isCancelled()) {
            cancel.accept(thread);
          }
        });
    return result;
  }
}
