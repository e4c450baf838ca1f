package dev.throttle.demo.spring;

import dev.throttle.demo.Half;
import dev.throttle.demo.Passage;
import dev.throttle.demo.Scoreboard;
import dev.throttle.demo.Use;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What came of the demo, by the provider's log.
 *
 * @param all of all clients together
 * @param byClient of each
 * @param stranger the calls of the stranger that the provider counted meanwhile
 */
record Outcome(Half all, Map<Kind, Half> byClient, List<Passage> stranger) {

  /**
   * Returns how much of the shared limit was used, as a share of what a safe client beside this
   * stranger could reach; {@link Use} has the reasons.
   */
  OptionalDouble use() {
    List<Passage> together =
        Stream.concat(all.passages().stream(), stranger.stream())
            .sorted(Comparator.comparingLong(Passage::countedNanos))
            .toList();
    return Use.of(new Half(together, 0, 0));
  }

  /** Returns the table and, as its last line, the result. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder("\n");
    table.append(line("", "", "", "", "wait", "wait"));
    table.append(line("", "calls", "429s", "failed", "p50", "p99"));
    byClient.forEach((kind, half) -> table.append(row(kind.title, half)));
    table.append(line("the stranger", count(stranger.size()), "", "", "", ""));
    table.append(
        """

        The shop's own numbers. There may be 429s, since no client can know what a stranger takes
        between the shop's last answer and the next call. Use is ours and his together, of what any
        safe client could reach beside him.

        """);
    return table + Scoreboard.closingLine(all.refused(), all.calls(), use());
  }

  private static String row(String name, Half half) {
    return line(
        name,
        count(half.calls()),
        count(half.refused()),
        count(half.failed()),
        millis(half.waitNanos(0.50)),
        millis(half.waitNanos(0.99)));
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-14s %7s %7s %7s %9s %9s", cells).stripTrailing() + "\n";
  }

  private static String count(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.0f ms", nanos / 1e6);
  }
}
