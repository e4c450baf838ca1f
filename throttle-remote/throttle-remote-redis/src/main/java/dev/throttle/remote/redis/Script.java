package dev.throttle.remote.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A script of this package; all begin with the same part. It is asked for by its digest, in one
 * round trip; only where a server does not know it, since it was never there or has been flushed,
 * it is sent.
 */
enum Script {
  RENEW("renew.lua"),
  CHANGE("change.lua"),
  PAUSE("pause.lua"),
  SNAPSHOT("snapshot.lua");

  private final String text;
  private final String digest;

  Script(String file) {
    this.text = read("ledger.lua") + read(file);
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      this.digest = HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1.", e);
    }
  }

  private static String read(String file) {
    try (InputStream resource = Script.class.getResourceAsStream(file)) {
      byte[] bytes = Objects.requireNonNull(resource, file).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs this on a key. The result may be completed from outside; what is under way then ends. */
  void run(
      RedisScriptingAsyncCommands<String, String> redis,
      String key,
      List<String> args,
      CompletableFuture<String> result) {
    String[] keys = {key};
    String[] values = args.toArray(String[]::new);
    RedisFuture<String> known = redis.evalsha(digest, ScriptOutputType.VALUE, keys, values);
    cancelWith(result, known);
    known.whenComplete(
        (reply, failure) -> {
          if (!(failure instanceof RedisNoScriptException)) {
            complete(result, reply, failure);
          } else if (!result.isDone()) {
            RedisFuture<String> sent = redis.eval(text, ScriptOutputType.VALUE, keys, values);
            cancelWith(result, sent);
            sent.whenComplete((late, lateFailure) -> complete(result, late, lateFailure));
          }
        });
  }

  private static void cancelWith(CompletableFuture<String> result, RedisFuture<String> command) {
    result.whenComplete((reply, failure) -> command.cancel(false));
  }

  private static void complete(
      CompletableFuture<String> result, String reply, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(reply);
    } else {
      result.completeExceptionally(failure);
    }
  }
}
