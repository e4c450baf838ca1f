package dev.throttle.remote.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * Says what to do about a failure.
 *
 * @param where which Redis it is, without user and password
 */
record Failures(String where, Duration timeout) {

  RedisLeaseException explain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof RedisCommandExecutionException)) {
      root = root.getCause();
    }
    if (root instanceof TimeoutException
        || root instanceof RedisCommandTimeoutException
        || root instanceof CancellationException) {
      return new RedisLeaseException(
          "Redis "
              + where
              + " did not answer within "
              + timeout
              + ". Leases go on until they end. Fix: look whether it can be reached and what keeps it"
              + " busy, or allow more by timeout().");
    }
    String said = withoutArguments(root);
    if (root instanceof RedisCommandExecutionException) {
      return new RedisLeaseException(
          "Redis " + where + " refused: " + said + ". Fix: " + fix(said) + ".");
    }
    return new RedisLeaseException(
        "Redis "
            + where
            + " cannot be reached: "
            + said
            + ". Leases go on until they end, and then calls wait until it can be. Fix: look whether"
            + " it runs, and whether host, port and TLS are right.");
  }

  /** Servers that do not know a command may repeat all of it, also a password. */
  private static String withoutArguments(Throwable root) {
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    int arguments = message.indexOf("with args");
    String shown = arguments < 0 ? message : message.substring(0, arguments);
    return shown.endsWith(".") ? shown.substring(0, shown.length() - 1) : shown;
  }

  private static String fix(String said) {
    if (said.startsWith("WRONGPASS")
        || said.startsWith("NOAUTH")
        || said.contains("without any password")
        || said.contains("invalid password")) {
      return "give the right user and password in the URI";
    }
    if (said.startsWith("NOPERM")) {
      return "allow the user EVAL, EVALSHA, the commands that docs/remote.md names, and its key";
    }
    if (said.startsWith("WRONGTYPE")) {
      return "choose another namespace, or delete that key";
    }
    if (said.startsWith("READONLY")) {
      return "name the master, or use Sentinel or Cluster, which find it";
    }
    if (said.startsWith("OOM")) {
      return "give Redis more memory, or keep the ledger in one that evicts nothing";
    }
    if (said.startsWith("LOADING") || said.startsWith("BUSY") || said.startsWith("MASTERDOWN")) {
      return "wait; requests go on to be made";
    }
    return "look into the log of Redis";
  }
}
