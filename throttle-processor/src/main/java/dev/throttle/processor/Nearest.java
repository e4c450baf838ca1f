package dev.throttle.processor;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the known name that a wrong one was probably meant to be.
 *
 * <p>Measured by the optimal string alignment distance, the Damerau–Levenshtein distance in which
 * no part is edited twice: letters added, left out, changed, or swapped with the next, in upper or
 * lower case. One such slip is near in names of four letters or more, two are in those of eight.
 *
 * <p>Written out here, since each dependency of a processor may meet another version of itself on
 * the processor path of its users.
 */
final class Nearest {

  private Nearest() {}

  /** Returns the nearest of the known names, the first of the alphabet among equals; or null. */
  static @Nullable String to(String wrong, Collection<String> known) {
    String nearest = null;
    int least = 1 + Math.min(wrong.length() / 4, 2);
    for (String name : new TreeSet<>(known)) {
      int distance = Math.abs(name.length() - wrong.length());
      if (distance < least && !name.equals(wrong)) {
        distance = distance(fold(wrong), fold(name));
        if (distance < least) {
          nearest = name;
          least = distance;
        }
      }
    }
    return nearest;
  }

  /** Returns the question to end a message's rule with, or nothing. */
  static String question(String wrong, Collection<String> known) {
    return question(to(wrong, known));
  }

  /** Returns the question whether that was meant, or nothing. */
  static String question(@Nullable String meant) {
    return meant == null ? "" : "; did you mean \"" + meant + "\"?";
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static int distance(String one, String other) {
    int[][] rows = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        boolean same = one.charAt(i - 1) == other.charAt(j - 1);
        int best = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
        best = Math.min(best, rows[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          best = Math.min(best, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = best;
      }
    }
    return rows[one.length()][other.length()];
  }
}
