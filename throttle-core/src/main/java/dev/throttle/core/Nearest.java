package dev.throttle.core;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what somebody who wrote an unknown word probably meant. */
final class Nearest {

  /** More letters wrong than this is another word, however long it is. */
  private static final int MOST_WRONG = 3;

  private Nearest() {}

  /** Returns the nearest of the known words, or null if none is near. */
  static @Nullable String of(String word, Collection<String> known) {
    String nearest = null;
    int fewest = Math.min(MOST_WRONG, (word.length() + 1) / 3) + 1;
    for (String candidate : known) {
      int wrong = wrongLetters(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (wrong < fewest) {
        fewest = wrong;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Returns the question to end a message with, or nothing where no known word is near. */
  static String question(String word, Collection<String> known) {
    String nearest = of(word, known);
    return nearest == null ? "" : " Did you mean '" + nearest + "'?";
  }

  /** Counts letters put in, left out, changed, or swapped with their neighbour. */
  private static int wrongLetters(String a, String b) {
    int[][] wrong = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        wrong[i][j] = i == 0 ? j : j == 0 ? i : cheapest(wrong, a, i, b, j);
      }
    }
    return wrong[a.length()][b.length()];
  }

  private static int cheapest(int[][] wrong, String a, int i, String b, int j) {
    int changed = wrong[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int cheapest = Math.min(changed, 1 + Math.min(wrong[i - 1][j], wrong[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(cheapest, wrong[i - 2][j - 2] + 1) : cheapest;
  }
}
