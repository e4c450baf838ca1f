package dev.throttle.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one way, in several rounds.
 *
 * @param name the way
 * @param millis the median
 * @param least the shortest
 * @param most the longest
 */
record WeavingRow(String name, double millis, double least, double most) {

  /**
   * @param nanos of each round, at least one
   */
  static WeavingRow of(String name, List<Long> nanos) {
    double[] millis = nanos.stream().mapToDouble(of -> of / 1e6).sorted().toArray();
    int half = millis.length / 2;
    double median = millis.length % 2 == 1 ? millis[half] : (millis[half - 1] + millis[half]) / 2;
    return new WeavingRow(name, median, millis[0], Arrays.stream(millis).max().orElse(millis[0]));
  }

  /** Prints the first row as what the others are compared with. */
  static Table table(String title, List<WeavingRow> rows) {
    Table table = new Table(title, "median ms", "least", "most", "over the first", "ratio");
    for (WeavingRow row : rows) {
      double first = rows.get(0).millis;
      table.row(
          row.name,
          whole(row.millis),
          whole(row.least),
          whole(row.most),
          whole(row.millis - first),
          String.format(Locale.ROOT, "%.2f", row.millis / first));
    }
    return table;
  }

  private static String whole(double millis) {
    return String.format(Locale.ROOT, "%,d", Math.round(millis));
  }
}
