package dev.throttle.clients.feign;

import dev.throttle.clients.Attempt;
import dev.throttle.core.Permit;
import dev.throttle.core.Throttle;
import feign.Response;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request of an asynchronous call: first it waits for its permit, then it is under way. */
final class AsyncAttempt {

  private final Attempt attempt;
  private final Supplier<CompletableFuture<Response>> request;
  private volatile @Nullable CompletableFuture<Response> outcome;
  private volatile boolean sent;

  private AsyncAttempt(Attempt attempt, Supplier<CompletableFuture<Response>> request) {
    this.attempt = attempt;
    this.request = request;
  }

  /**
   * Waits for what is due and sends; belongs to the {@link FeignCall} of this thread, if any.
   *
   * @param request sends the request
   */
  static CompletableFuture<Response> start(
      Attempt attempt, Supplier<CompletableFuture<Response>> request) {
    AsyncAttempt started = new AsyncAttempt(attempt, request);
    Throttle due = attempt.due();
    CompletableFuture<Response> outcome =
        due == null ? started.send(null) : due.callAsyncWithPermit(started::send);
    started.outcome = outcome;
    outcome.whenComplete((response, failure) -> attempt.over());
    FeignCall call = FeignCall.ofThread();
    return call == null ? outcome : call.watch(started, outcome);
  }

  /** Returns the response, which is seen only after what it says of limits was heeded. */
  private CompletableFuture<Response> send(@Nullable Permit permit) {
    attempt.granted(permit);
    sent = true;
    CompletableFuture<Response> response = attempt.send(request::get);
    CompletableFuture<Response> heeded = new CompletableFuture<>();
    response.whenComplete(
        (received, failure) -> {
          if (received == null) {
            heeded.completeExceptionally(failure);
            return;
          }
          attempt.answered(received.status(), received.headers()::get);
          if (!heeded.complete(received)) {
            received.close(); // from a client that cannot be cancelled, for nobody
          }
        });
    heeded.whenComplete(
        (received, failure) -> {
          if (heeded.isCancelled()) {
            response.cancel(true);
          }
        });
    return heeded;
  }

  /** Cancels the request, or only the wait for it. */
  void cancel(boolean evenIfSent) {
    CompletableFuture<Response> cancelled = outcome;
    if (cancelled != null && (evenIfSent || !sent)) {
      cancelled.cancel(true);
    }
  }
}
