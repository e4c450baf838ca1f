package dev.throttle.clients.signal;

import java.math.BigDecimal;

/** Numbers without a sign, in digits; beyond what a long holds they are the largest long. */
final class Numbers {

  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private Numbers() {}

  /** Returns a whole number. */
  static long count(String text) throws MalformedFieldException {
    if (text.indexOf('.') >= 0) {
      throw new MalformedFieldException(text, "is no whole number");
    }
    return decimal(text).min(MAX).longValue();
  }

  /** Returns a number that may have a fraction. */
  static BigDecimal decimal(String text) throws MalformedFieldException {
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        points++;
      } else if (c < '0' || c > '9') { // exponents could make a short text a huge number
        throw new MalformedFieldException(text, "is no number");
      }
    }
    if (points > 1 || text.length() == points) {
      throw new MalformedFieldException(text, "is no number");
    }
    return new BigDecimal(text);
  }
}
