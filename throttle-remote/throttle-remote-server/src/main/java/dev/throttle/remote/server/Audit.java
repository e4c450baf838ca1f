package dev.throttle.remote.server;

import dev.throttle.remote.lease.SharedLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has done what, by the logger {@code dev.throttle.audit}: a line each, and the same as fields
 * for logs that have such. What others chose is shown so that it cannot forge a line.
 */
final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger("dev.throttle.audit");
  private static final int SHOWN = 200;

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
        .addKeyValue("limit", shown(limit))
        .addKeyValue("before", before)
        .addKeyValue("after", after)
        .log(
            "{} by client '{}' of limit '{}' in namespace '{}': {} before, {} now",
            what,
            who.id(),
            shown(limit),
            who.namespace(),
            before,
            after);
  }

  void loginFailed(String id, String address, String why) {
    LOG.atWarn()
        .addKeyValue("client", shown(id))
        .addKeyValue("action", "login")
        .addKeyValue("address", shown(address))
        .log("login failed as client '{}' from {}: {}", shown(id), shown(address), why);
  }

  /** Returns a text in which nothing ends a line, or has another meaning to a terminal. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              if (isPlain(c)) {
                shown.appendCodePoint(c);
              } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
              }
            });
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
