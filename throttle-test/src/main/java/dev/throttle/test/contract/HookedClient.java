package dev.throttle.test.contract;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A client under test with its hook. Cancelling a future does what a user of that client does to
 * cancel a call.
 */
public interface HookedClient {

  /** Makes a call. */
  CompletableFuture<?> send(Endpoint endpoint);

  /** Calls {@link Endpoint#METHOD} by reflection. */
  CompletableFuture<?> sendReflectively() throws ReflectiveOperationException;

  /** Makes a call, to any path, of the same bucket, but with {@code maxWait = "PT0S"}. */
  CompletableFuture<?> sendUnlessBusy();

  /** Makes a call of which no annotation and no rule says anything. */
  CompletableFuture<?> sendUnthrottled();

  /** Makes a blocking call on a thread of its own, which cancelling interrupts. */
  static CompletableFuture<Object> onThread(Callable<?> call) {
    return onThread(call, Thread::interrupt);
  }

  /** Makes a blocking call on a thread of its own, which is cancelled somehow. */
  static CompletableFuture<Object> onThread(Callable<?> call, Consumer<Thread> cancel) {
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
