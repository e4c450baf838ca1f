package dev.throttle.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The limits as text: a table of buckets, one of modules, and what is wrong. */
final class Listing {

  private static final String GAP = "  ";

  private final Limits limits;
  private final boolean withMethods;

  Listing(Limits limits, boolean withMethods) {
    this.limits = limits;
    this.withMethods = withMethods;
  }

  /** Returns the text; the same limits make the same text. */
  @Override
  public String toString() {
    if (limits.modules().isEmpty()) {
      return "No limits: nothing here has an index, which throttle-processor writes.\n";
    }
    StringBuilder text = new StringBuilder();
    if (!limits.names().isEmpty()) {
      table(text, bucketRows());
      text.append('\n');
    }
    table(text, moduleRows());
    if (withMethods) {
      limits.names().forEach(bucket -> methods(text, bucket));
    }
    limits.conflicts().forEach(conflict -> text.append('\n').append(conflict).append('\n'));
    return text.toString();
  }

  private List<List<String>> bucketRows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("BUCKET", "LIMITS", "ALGORITHM", "KEYED", "METHODS", "DEFINED IN"));
    for (String bucket : limits.names()) {
      String methods = Integer.toString(limits.methods(bucket).size());
      if (limits.definitions(bucket).isEmpty()) {
        rows.add(
            List.of(bucket, "NOT DEFINED", "-", "-", methods, "code or configuration, if at all"));
      }
      for (Limits.Defined defined : limits.definitions(bucket)) {
        rows.add(
            List.of(
                bucket,
                Words.limits(defined.definition()),
                Words.algorithm(defined.definition()),
                Words.keyed(defined.definition()),
                methods,
                (limits.isInConflict(bucket) ? "CONFLICT: " : "")
                    + String.join(", ", defined.modules())));
      }
    }
    return rows;
  }

  private List<List<String>> moduleRows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("MODULE", "WOVEN BY ITS BUILD"));
    for (Module module : limits.modules()) {
      rows.add(List.of(module.name(), module.weaving()));
    }
    return rows;
  }

  private void methods(StringBuilder text, String bucket) {
    text.append('\n').append(bucket).append('\n');
    limits
        .methods(bucket)
        .forEach(method -> text.append(GAP).append(Words.method(method)).append('\n'));
  }

  private static void table(StringBuilder text, List<List<String>> rows) {
    int last = rows.get(0).size() - 1;
    int[] widths =
        IntStream.range(0, last)
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    for (List<String> row : rows) {
      for (int column = 0; column < last; column++) {
        String cell = row.get(column);
        text.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
      }
      text.append(row.get(last)).append('\n');
    }
  }
}
