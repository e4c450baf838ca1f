package dev.throttle.clients.signal;

/**
 * A field has a value that means nothing. Thrown for what a stranger sends, perhaps in every
 * answer, so it is cheap: no stack trace, and of the value only what fits a line of the log.
 */
final class MalformedFieldException extends Exception {

  private static final long serialVersionUID = 1;
  private static final int SHOWN = 80;

  MalformedFieldException(String value, String problem) {
    super("'" + shown(value) + "' " + problem, null, false, false);
  }

  private static String shown(String value) {
    return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
  }
}
