package dev.throttle.remote.server;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The hash of a secret as it is written in the configuration. */
final class SecretHash {

  private static final Pattern FORM =
      Pattern.compile(
          "\\{argon2id}\\$argon2id\\$v=19\\$(m=(\\d+),t=(\\d+),p=(\\d+))"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private static final int MOST_DIGITS = 9;
  private static final int MOST_KIBIBYTES = 256 << 10;
  private static final int MOST_ROUNDS = 16;
  private static final int MOST_LANES = 16;
  private static final int SHORTEST_SALT = 8;
  private static final int SHORTEST_HASH = 16;

  private SecretHash() {}

  /** Returns what is wrong with a hash, as the end of a sentence; null if nothing is. */
  static @Nullable String problem(String hash) {
    Matcher of = FORM.matcher(hash);
    if (!of.matches() || bytes(of.group(5)) < SHORTEST_SALT || bytes(of.group(6)) < SHORTEST_HASH) {
      return "is no hash of ours";
    }
    int lanes = number(of.group(4));
    boolean isInRange =
        isWithin(1, lanes, MOST_LANES)
            && isWithin(8 * lanes, number(of.group(2)), MOST_KIBIBYTES)
            && isWithin(1, number(of.group(3)), MOST_ROUNDS);
    return isInRange
        ? null
        : "is hashed by "
            + of.group(1)
            + ", but m must be 8 times p to "
            + MOST_KIBIBYTES
            + ", t 1 to "
            + MOST_ROUNDS
            + ", and p 1 to "
            + MOST_LANES;
  }

  /** Returns by which numbers it is made, of a hash of which nothing is wrong. */
  static String cost(String hash) {
    Matcher of = FORM.matcher(hash);
    if (!of.matches()) {
      throw new IllegalArgumentException("no hash of ours.");
    }
    return of.group(1);
  }

  private static boolean isWithin(int least, int number, int most) {
    return least <= number && number <= most;
  }

  private static int number(String digits) {
    return digits.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  /** Returns how many bytes there are, and none where it is no Base64. */
  private static int bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }
}
