package dev.throttle.remote.redis;

import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is opened when it is first needed, and again where that failed. Once it is
 * there, Lettuce opens it again whenever it is lost.
 *
 * @param <C> what Lettuce calls the connection
 */
final class Link<C> {

  private final Supplier<CompletionStage<C>> open;
  private final Commands<C> commands;
  private final Runnable close;

  private @Nullable CompletableFuture<C> connection;

  /** How to speak over a connection. */
  interface Commands<C> {
    RedisScriptingAsyncCommands<String, String> of(C connection);
  }

  /** How to end a connection, in the background. */
  interface Closing<C> {
    CompletionStage<?> close(C connection);
  }

  Link(
      Supplier<CompletionStage<C>> open,
      Commands<C> commands,
      Closing<C> closing,
      Runnable afterwards) {
    this.open = open;
    this.commands = commands;
    this.close =
        () -> {
          CompletableFuture<C> opened = current();
          if (opened == null) {
            afterwards.run();
          } else {
            opened.thenCompose(closing::close).whenComplete((closed, failure) -> afterwards.run());
          }
        };
  }

  private synchronized @Nullable CompletableFuture<C> current() {
    return connection;
  }

  synchronized CompletableFuture<RedisScriptingAsyncCommands<String, String>> connected() {
    CompletableFuture<C> last = connection;
    if (last == null || last.isCompletedExceptionally()) {
      last = open.get().toCompletableFuture();
      connection = last;
    }
    return last.thenApply(commands::of);
  }

  void close() {
    close.run();
  }
}
