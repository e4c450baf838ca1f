package dev.throttle.clients.feign;

import dev.throttle.core.Throttle;
import feign.Response;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request of an asynchronous call: first it waits for its permit, then it is under way. */
final class AsyncAttempt implements Supplier<CompletableFuture<Response>> {

  private final Supplier<CompletableFuture<Response>> send;
  private volatile @Nullable CompletableFuture<Response> outcome;
  private volatile boolean sent;

  private AsyncAttempt(Supplier<CompletableFuture<Response>> send) {
    this.send = send;
  }

  /**
   * Waits for a permit and sends; belongs to the {@link FeignCall} of this thread, if any.
   *
   * @param due null if the permit is paid for
   */
  static CompletableFuture<Response> start(
      @Nullable Throttle due, Supplier<CompletableFuture<Response>> send) {
    AsyncAttempt attempt = new AsyncAttempt(send);
    CompletableFuture<Response> outcome = due == null ? attempt.get() : due.callAsync(attempt);
    attempt.outcome = outcome;
    FeignCall call = FeignCall.ofThread();
    return call == null ? outcome : call.watch(attempt, outcome);
  }

  @Override
  public CompletableFuture<Response> get() {
    sent = true;
    CompletableFuture<Response> response = send.get();
    response.whenComplete((received, failure) -> closeUnwanted(received));
    return response;
  }

  /** A client that cannot be cancelled brings a response that nobody reads any more. */
  private void closeUnwanted(@Nullable Response received) {
    CompletableFuture<Response> wanted = outcome;
    if (received != null && wanted != null && wanted.isCancelled()) {
      received.close();
    }
  }

  /** Cancels the request, or only the wait for it. */
  void cancel(boolean evenIfSent) {
    CompletableFuture<Response> cancelled = outcome;
    if (cancelled != null && (evenIfSent || !sent)) {
      cancelled.cancel(true);
    }
  }
}
