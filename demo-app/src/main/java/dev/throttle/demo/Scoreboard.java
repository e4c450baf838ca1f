package dev.throttle.demo;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;

/** What the demo says. */
public final class Scoreboard {

  private final Half without;
  private final Half with;
  private final Path picture;

  Scoreboard(Half without, Half with, Path picture) {
    this.without = without;
    this.with = with;
    this.picture = picture;
  }

  /** Returns what is about to happen. */
  static String introduction(int calls) {
    return String.format(
        Locale.ROOT,
        """
        A shop allows 200 calls per 2 s over everything, 60 a second of products, 80 of orders.
        Four clients (Feign, async Feign, Retrofit calls, Retrofit futures) make %,d calls.
        Without Throttle: the classes as javac made them. With Throttle: the same, woven.

        """,
        calls);
  }

  /** Returns the table and, as its last line, the result. */
  @Override
  public String toString() {
    return "\n"
        + line("", "", "", "", "use of", "wait", "wait", "threads")
        + line("", "calls", "429s", "failed", "limit *", "p50", "p99", "waiting")
        + row("without Throttle", without)
        + row("with Throttle", with)
        + "\n* of what any safe client could reach. Picture: "
        + picture
        + String.format(
            Locale.ROOT, "%n%n%s", closingLine(with.refused(), with.calls(), Use.of(with)));
  }

  /** Returns the result in one line. */
  public static String closingLine(int refused, int calls, OptionalDouble use) {
    return String.format(Locale.ROOT, "429s: %d of %d calls; use %s", refused, calls, percent(use));
  }

  private static String row(String name, Half half) {
    return line(
        name,
        count(half.calls()),
        count(half.refused()),
        count(half.failed()),
        percent(Use.of(half)),
        millis(half.waitNanos(0.50)),
        millis(half.waitNanos(0.99)),
        count(half.blockedThreads()));
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-16s %7s %7s %7s %8s %9s %9s %8s%n", cells);
  }

  private static String count(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String percent(OptionalDouble use) {
    return use.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * use.getAsDouble());
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.0f ms", nanos / 1e6);
  }
}
