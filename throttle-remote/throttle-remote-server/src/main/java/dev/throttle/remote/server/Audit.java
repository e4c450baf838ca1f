package dev.throttle.remote.server;

import dev.throttle.remote.lease.SharedLimit;
import dev.throttle.remote.server.FailedLogins.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Who has done what, by the logger {@code dev.throttle.audit}: a line each, and the same as fields
 * for logs that have such. What others chose is shown so that it cannot forge a line. Of logins
 * that fail again and again in a minute there are two lines: the first, and how many more.
 */
final class Audit implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.throttle.audit");
  private static final int SHOWN = 200;
  private static final int SHOWN_OF_STRANGERS = 64;
  private static final int MOST_FAILURES = 1_000;

  private final FailedLogins failedLogins = new FailedLogins(MOST_FAILURES);

  void changed(Client who, String limit, @Nullable SharedLimit before, SharedLimit after) {
    done(who, "change", limit, before == null ? "unknown" : words(before), words(after));
  }

  void paused(Client who, String limit, @Nullable Duration before, Duration after) {
    done(who, after.isZero() ? "resume" : "pause", limit, String.valueOf(before), after.toString());
  }

  private static String words(SharedLimit limit) {
    return limit.permits() + " per " + limit.rest();
  }

  private static void done(Client who, String what, String limit, String before, String after) {
    LOG.atInfo()
        .addKeyValue("client", who.id())
        .addKeyValue("namespace", who.namespace())
        .addKeyValue("action", what)
        .addKeyValue("limit", shown(limit, SHOWN))
        .addKeyValue("before", before)
        .addKeyValue("after", after)
        .log(
            "{} by client '{}' of limit '{}' in namespace '{}': {} before, {} now",
            what,
            who.id(),
            shown(limit, SHOWN),
            who.namespace(),
            before,
            after);
  }

  /** Says that a secret was looked at and is wrong, unless that was said in this minute already. */
  void loginFailed(String id, String address) {
    String client = shown(id, SHOWN_OF_STRANGERS);
    failed(new Kind(client, address, "unknown, or the secret is wrong"), client);
  }

  /** Says that nobody may try there now, unless that was said in this minute already. */
  void loginRefused(String id, String address) {
    failed(new Kind("", address, "too many attempts from there"), shown(id, SHOWN_OF_STRANGERS));
  }

  private void failed(Kind kind, String client) {
    if (failedLogins.isFirst(kind)) {
      failure(client, kind.address())
          .log("login failed as client '{}' from {}: {}", client, kind.address(), kind.why());
    }
  }

  private static LoggingEventBuilder failure(String client, String address) {
    return LOG.atWarn()
        .addKeyValue("client", client)
        .addKeyValue("action", "login")
        .addKeyValue("address", address);
  }

  /** Says how many logins have failed of which nothing was said in this minute. */
  @Scheduled(fixedRate = 60_000, initialDelay = 60_000)
  void endMinute() {
    failedLogins.end(
        (kind, times) ->
            failure(kind.id(), kind.address())
                .addKeyValue("times", times)
                .log(
                    "login failed {} times more as client '{}' from {}: {}",
                    times,
                    kind.id().isEmpty() ? "any" : kind.id(),
                    kind.address(),
                    kind.why()),
        times ->
            LOG.atWarn()
                .addKeyValue("action", "login")
                .addKeyValue("times", times)
                .log("logins failed {} times more, from more addresses than are told", times));
  }

  @Override
  public void close() {
    endMinute();
  }

  /**
   * Returns a text in which nothing ends a line, or has another meaning to a terminal.
   *
   * @param most how long it is at most; what would be longer is cut
   */
  static String shown(String text, int most) {
    StringBuilder shown = new StringBuilder();
    for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
      int c = text.codePointAt(at);
      String next = isPlain(c) ? Character.toString(c) : "\\u{" + Integer.toHexString(c) + '}';
      if (shown.length() + next.length() > most) {
        break;
      }
      shown.append(next);
    }
    return shown.toString();
  }

  /** Returns whether a character is neither a control nor ends a line nor turns its direction. */
  static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
