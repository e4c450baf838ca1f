package dev.throttle.clients.http;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call. Cancelling it ends the call; so does {@code cancel(true)} of a future that
 * was made of it, as with the futures of the JDK's client: most callers hold only such a one.
 */
final class Answer<T> extends CompletableFuture<T> {

  private final @Nullable Answer<?> root;

  Answer() {
    this(null);
  }

  private Answer(@Nullable Answer<?> root) {
    this.root = root;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Answer<>(root == null ? this : root);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    // First itself, or it would be completed by the failure of what it was made of.
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled && mayInterruptIfRunning && root != null) {
      root.cancel(true);
    }
    return cancelled;
  }
}
