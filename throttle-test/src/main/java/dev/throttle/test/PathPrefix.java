package dev.throttle.test;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The start of a path, in whole segments: {@code /users} has {@code /users} and {@code /users/7}
 * below it, but not {@code /usersettings}; {@code /} has everything.
 */
record PathPrefix(String text) {

  static final PathPrefix ROOT = new PathPrefix("/");

  static PathPrefix of(String path) {
    requireNonNull(path, "path");
    // A prefix becomes the name of a policy, which is a structured field string (RFC 9651, 3.3.3).
    if (!path.startsWith("/") || !path.chars().allMatch(PathPrefix::isPlain)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "path must begin with '/' and be of printable ASCII without quotes, backslash, '?' or"
                  + " '#', but was '%s'. Write it such as '/users'.",
              path));
    }
    boolean trailingSlash = path.length() > 1 && path.endsWith("/");
    return new PathPrefix(trailingSlash ? path.substring(0, path.length() - 1) : path);
  }

  private static boolean isPlain(int character) {
    return character > ' ' && character < 0x7f && "\"\\?#".indexOf(character) < 0;
  }

  boolean covers(String path) {
    if (equals(ROOT)) {
      return true;
    }
    boolean endsASegment = path.length() == text.length() || path.startsWith("/", text.length());
    return path.startsWith(text) && endsASegment;
  }
}
